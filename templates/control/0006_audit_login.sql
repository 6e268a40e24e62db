-- Who acts is what the command line says (acctl.audit.actor); who was logged in is what the server saw. Both are kept,
-- and the second one is nobody's to choose. Database roles for staff need no more than this: with a login for each
-- person, the column names the person.

alter table acctl.audit
  -- By which rule the hash was made: entries from before this migration keep theirs, and are checked by it.
  add column rule     smallint not null default 1 check (rule in (1, 2)),
  add column login    text,
  add column address  inet,  -- of the client; null over a socket of the server's machine
  add check ((rule = 1) = (login is null));

create or replace function acctl.audit_entry_hash(entry acctl.audit) returns bytea
language sql immutable set search_path = pg_catalog
as $$
  -- An array keeps the fields apart: no two different entries give the same text. 'acctl audit verify' makes the hash
  -- by itself (audit_check), and does not trust this function.
  select sha256(convert_to(case entry.rule
    when 1 then jsonb_build_array(
      entry.id, extract(epoch from entry.at), entry.run, entry.actor, entry.origin, entry.action, entry.outcome,
      entry.tenant_id, entry.slug, entry.before, entry.after, entry.reason,
      encode(entry.tenant_previous, 'hex'), encode(entry.previous, 'hex'))
    else jsonb_build_array(
      entry.rule, entry.id, extract(epoch from entry.at), entry.run, entry.actor, entry.login, host(entry.address),
      entry.origin, entry.action, entry.outcome, entry.tenant_id, entry.slug, entry.before, entry.after, entry.reason,
      encode(entry.tenant_previous, 'hex'), encode(entry.previous, 'hex'))
    end::text, 'UTF8'))
$$;

create or replace function acctl.chain_audit_entry() returns trigger
language plpgsql set search_path = pg_catalog
as $$
begin
  select h.id + 1, h.hash into new.id, new.previous from acctl.audit_head h for update;
  new.at := clock_timestamp();
  new.rule := 2;
  new.login := session_user;
  new.address := inet_client_addr();
  select a.hash into new.tenant_previous
    from acctl.audit a where a.tenant_id = new.tenant_id order by a.id desc limit 1;
  new.hash := acctl.audit_entry_hash(new);
  update acctl.audit_head set id = new.id, hash = new.hash;
  return new;
end
$$;
