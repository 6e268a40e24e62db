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

-- name: marked_databases
select d.datname, shobj_description(d.oid, 'pg_database') from pg_database d
 where shobj_description(d.oid, 'pg_database') like 'acctl tenant %' order by 1

-- name: marked_roles
select r.rolname, shobj_description(r.oid, 'pg_authid') from pg_roles r
 where shobj_description(r.oid, 'pg_authid') like 'acctl tenant %' order by 1
