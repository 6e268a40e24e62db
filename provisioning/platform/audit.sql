-- name: record_audit
insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, before, after)
values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8, $9, $10)

-- name: record_command
-- How a command ended, where no transaction of its own says it. $7: the tenant that it named; it need not exist, and a
-- deleted one is meant where no other bears the slug. $8: {"error": ...}, {"tenants": [...]} ...
insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, after)
select $1, $2, $3, nullif($4, ''), $5, $6,
       (select t.id from acctl.tenants t where t.slug = $7 order by t.status = 'deleted', t.created_at desc limit 1),
       $7, $8::jsonb
 where $6 = 'done'
    -- What failed may have its entry in the meantime, with the step that it came to.
    or not exists (select from acctl.audit a, acctl.audit_head h
                    where a.id > h.id - 1000 and a.run = $1 and a.action = $5 and a.outcome <> 'done')

-- name: audit_head
select id, encode(hash, 'hex') from acctl.audit_head

-- name: audit_list
-- $1: entries before this id, the newest first; $2: {"tenants", "actions", "outcomes", "logins", "actors"}, arrays, each
-- optional, `*` in an action stands for anything; $3 and $4: times; $5: at most so many.
select a.id, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), a.login, a.origin, a.actor, a.action,
       a.slug, a.outcome, encode(a.hash, 'hex'), a.run, a.reason, host(a.address), a.before::text, a.after::text
  from acctl.audit a
 where a.id < coalesce($1::bigint, 9223372036854775807)
   and (not $2::jsonb ? 'tenants' or $2::jsonb -> 'tenants' ? a.slug
        or a.after -> 'tenants' ?| array(select jsonb_array_elements_text($2::jsonb -> 'tenants')))
   and (not $2::jsonb ? 'actions'
        or exists (select from jsonb_array_elements_text($2::jsonb -> 'actions') x(pattern)
                    where a.action like replace(x.pattern, '*', '%')))
   and (not $2::jsonb ? 'outcomes' or $2::jsonb -> 'outcomes' ? a.outcome)
   and (not $2::jsonb ? 'logins' or $2::jsonb -> 'logins' ? a.login)
   and (not $2::jsonb ? 'actors' or $2::jsonb -> 'actors' ? a.actor)
   and ($3::timestamptz is null or a.at >= $3::timestamptz)
   and ($4::timestamptz is null or a.at < $4::timestamptz)
 order by a.id desc limit $5

-- name: audit_export
-- $1: entries after this id, the oldest first; $2: at most so many. Each with all that its hash is made of.
select a.id, json_build_object(
         'id', a.id, 'at', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'rule', a.rule,
         'run', a.run, 'claimed_actor', a.actor, 'login', a.login, 'address', host(a.address), 'origin', a.origin,
         'action', a.action, 'outcome', a.outcome, 'tenant_id', a.tenant_id, 'tenant', a.slug, 'before', a.before,
         'after', a.after, 'reason', a.reason, 'tenant_previous', encode(a.tenant_previous, 'hex'),
         'previous', encode(a.previous, 'hex'), 'hash', encode(a.hash, 'hex'))::text
  from acctl.audit a
 where a.id > $1
 order by a.id limit $2

-- name: audit_check
-- $1 and $2: id and hash of the last entry that was checked, 0 and null before the first; $3: at most so many. A row for
-- each entry that does not follow the one before it, or is not what its hash says; then one, without `changed`, with the
-- last id, its hash and the number of entries.
with part as materialized (
  select a.id, a.previous, a.hash,
         sha256(convert_to(case a.rule
           when 1 then jsonb_build_array(
             a.id, extract(epoch from a.at), a.run, a.actor, a.origin, a.action, a.outcome, a.tenant_id, a.slug,
             a.before, a.after, a.reason, encode(a.tenant_previous, 'hex'), encode(a.previous, 'hex'))
           else jsonb_build_array(
             a.rule, a.id, extract(epoch from a.at), a.run, a.actor, a.login, host(a.address), a.origin, a.action,
             a.outcome, a.tenant_id, a.slug, a.before, a.after, a.reason, encode(a.tenant_previous, 'hex'),
             encode(a.previous, 'hex'))
           end::text, 'UTF8')) <> a.hash or (a.rule = 1) <> (a.login is null and a.address is null) as changed
    from acctl.audit a
   where a.id > $1
   order by a.id limit $3
), chained as (
  select p.*, lag(p.id, 1, $1::bigint) over (order by p.id) as id_before,
         lag(p.hash, 1, coalesce(decode($2, 'hex'), sha256('acctl audit'))) over (order by p.id) as hash_before
    from part p
), wrong as (
  select c.id, c.id_before, c.changed, c.previous <> c.hash_before as unlinked from chained c
)
(select w.id, w.id_before, w.changed, w.unlinked, null
   from wrong w where w.changed or w.unlinked or w.id <> w.id_before + 1
  order by w.id)
union all
(select p.id, (select count(*) from part), null, null, encode(p.hash, 'hex') from part p order by p.id desc limit 1)

-- name: audit_entry_hash
select encode(hash, 'hex') from acctl.audit where id = $1

-- name: begin_review
-- Everything is read as of one moment, however long reading takes.
set transaction isolation level repeatable read, read only
