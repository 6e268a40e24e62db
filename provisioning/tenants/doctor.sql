-- name: admin_terms
-- How many are or will be admins without an end, and when the last role of the other admins ends; null if there is
-- none.
select count(*) filter (where a.permanent),
       to_char(max(ends.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.admins a
  left join lateral (
    select max(h.expires_at) as at
      from app.user_roles h
      join app.role_permissions e on e.role_id = h.role_id join app.permissions p on p.id = e.permission_id
     where h.user_id = a.user_id and p.key = '*') as ends on true

-- name: accept_ledger
-- The ledger of tenant $1 ends with entry $3, which is run $4, and that is right. Nulls: it is empty. No row: a later run
-- has taken over.
update acctl.tenants
   set ledger_id = $3::bigint, ledger_run = $4, ledger_at = case when $3::bigint is not null then now() end
 where id = $1 and epoch = $2
returning slug

-- name: catch_up_epoch
-- Epoch $2 is in the database of tenant $1: what runs began before the registry was restored is over.
update acctl.tenants set epoch = $2 where id = $1 and epoch < $2

-- name: people_and_mail
-- Users, each of whom takes a seat. Messages that are due for an hour, or were queued a day ago: how many, since when,
-- and why the last one did not leave.
select (select count(*) from app.users), count(*),
       to_char(min(o.queued_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       left((array_agg(o.error order by o.queued_at desc) filter (where o.error is not null))[1], 200)
  from app.outbox o
 where o.status = 'queued'
   and (o.not_before < now() - interval '1 hour' or o.queued_at < now() - interval '1 day')

-- name: guests_without_invitation
-- Who was invited and has no invitation: the application has given them another address.
select count(*), min(lower(u.email) collate "C")
  from app.users u
 where u.status = 'invited'
   and exists (select from app.invitations i
                where i.user_id = u.id and i.revoked_at is not null and lower(i.email) <> lower(u.email))
   and not exists (select from app.invitations i
                    where i.user_id = u.id and i.accepted_at is null and i.revoked_at is null)

-- name: own_names
select s.key, s.value #>> '{}' from app.settings s
 where s.key in ('portal.hostname', 'support.address') and s.value #>> '{}' is not null order by s.key

-- name: owner_of_name
-- The tenant other than $2 that the support address or host name $1 belongs to.
select t.slug from acctl.tenants t
 where t.id <> $2::uuid
   and (t.support_address = $1 or exists (select from acctl.routes r where r.hostname = $1 and r.tenant_id = t.id))
 limit 1

-- name: missing_roles
-- Those of $1, if the tenant began with the pack $2 as it is now: another version may have had other ones.
select x.key from unnest($1::text[]) as x(key)
 where exists (select from acctl.tenant t where t.pack_digest = $2)
   and not exists (select from app.roles r where r.key = x.key) order by x.key collate "C"

-- name: application_role_facts
-- Of the application's role $1 and the database $2: attributes that it must not have, whether it is a member of what
-- all applications may do, whether it may connect, and whether everybody may; what else it is a member of.
select concat_ws(', ', case when r.rolsuper then 'SUPERUSER' end, case when r.rolcreaterole then 'CREATEROLE' end,
                 case when r.rolcreatedb then 'CREATEDB' end, case when r.rolreplication then 'REPLICATION' end,
                 case when r.rolbypassrls then 'BYPASSRLS' end),
       exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid
                where m.member = r.oid and g.rolname = 'acctl_app'),
       has_database_privilege(r.oid, d.oid, 'connect'), has_database_privilege('public', d.oid, 'connect'),
       (select string_agg(quote_ident(g.rolname), ', ' order by g.rolname)
          from pg_auth_members m join pg_roles g on g.oid = m.roleid
         where m.member = r.oid and g.rolname <> 'acctl_app')
  from pg_roles r, pg_database d where r.rolname = $1 and d.datname = $2

-- name: marked_databases
select d.datname, shobj_description(d.oid, 'pg_database') from pg_database d
 where shobj_description(d.oid, 'pg_database') like 'acctl tenant %' order by 1

-- name: marked_roles
-- Also those without a mark whose name only acctl gives.
select r.rolname, nullif(m.mark, '')
  from pg_roles r cross join lateral (select coalesce(shobj_description(r.oid, 'pg_authid'), '') as mark) m
 where m.mark like 'acctl tenant %' or (m.mark = '' and r.rolname ~ '^acctl_[0-9a-f]{12}_(app|owner)$') order by 1
