-- The audit trail: who did what to which tenant, before and after, from where, when and why. Insert-only and chained:
-- each entry carries the hash of the one before it, globally and within its tenant, so that a changed, missing or cut
-- entry is found by anyone who kept a later hash elsewhere.

create table acctl.audit (
  id             bigint primary key,
  at             timestamptz not null,
  run            text not null,
  actor          text not null,
  origin         text not null,
  action         text not null,
  outcome        text not null check (outcome in ('done', 'refused', 'failed')),
  tenant_id      uuid references acctl.tenants,
  slug           text,
  before         jsonb,
  after          jsonb,
  reason         text,
  tenant_previous bytea,
  previous       bytea not null,
  hash           bytea not null
);
create index audit_tenant on acctl.audit (tenant_id, id);

-- The end of the chain. Its row is locked by every writer until commit: two entries never follow the same one.
create table acctl.audit_head (
  single  boolean primary key default true check (single),
  id    bigint not null,
  hash  bytea not null
);
insert into acctl.audit_head (id, hash) values (0, sha256('acctl audit'));

create function acctl.audit_entry_hash(entry acctl.audit) returns bytea
language sql immutable set search_path = pg_catalog
as $$
  -- An array keeps the fields apart: no two different entries give the same text.
  select sha256(convert_to(jsonb_build_array(
    entry.id, extract(epoch from entry.at), entry.run, entry.actor, entry.origin, entry.action, entry.outcome,
    entry.tenant_id, entry.slug, entry.before, entry.after, entry.reason,
    encode(entry.tenant_previous, 'hex'), encode(entry.previous, 'hex'))::text, 'UTF8'))
$$;

create function acctl.chain_audit_entry() returns trigger
language plpgsql set search_path = pg_catalog
as $$
begin
  select h.id + 1, h.hash into new.id, new.previous from acctl.audit_head h for update;
  new.at := clock_timestamp();
  select a.hash into new.tenant_previous
    from acctl.audit a where a.tenant_id = new.tenant_id order by a.id desc limit 1;
  new.hash := acctl.audit_entry_hash(new);
  update acctl.audit_head set id = new.id, hash = new.hash;
  return new;
end
$$;

create function acctl.refuse_audit_change() returns trigger
language plpgsql set search_path = pg_catalog
as $$
begin
  raise exception 'the audit trail is insert-only' using errcode = 'insufficient_privilege';
end
$$;

create trigger chain before insert on acctl.audit
  for each row execute function acctl.chain_audit_entry();
create trigger insert_only before update or delete on acctl.audit
  for each row execute function acctl.refuse_audit_change();
create trigger not_truncated before truncate on acctl.audit
  for each statement execute function acctl.refuse_audit_change();
