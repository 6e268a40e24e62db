-- name: api_key_list
-- $1: of one user, or null for all; $2: of one sort of owner, or null for all; $3: revoked ones, too.
select lower(u.email), k.owner, k.name, k.prefix,
       case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' else 'active' end,
       r.key,
       (select json_agg(own.key || coalesce(':' || own.value, '') order by own.key collate "C")
          from jsonb_each_text(k.permissions) as own),
       lower(m.email),
       to_char(k.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.last_used_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.api_keys k
  left join app.users u on u.id = k.user_id
  left join app.users m on m.id = k.created_by
  left join app.roles r on r.id = k.role_id
 where ($1::text is null or lower(u.email) = $1)
   and ($2::text is null or k.owner = $2)
   and ($3::boolean or k.revoked_at is null)
 order by k.user_id is null, lower(u.email) collate "C", k.owner, k.name collate "C", k.id

-- name: user_for_key
-- Held until the end of the transaction: whoever suspends the user comes before, or finds the key and ends it.
select u.status from app.users u where lower(u.email) = $1 for share

-- name: grants_for_key
-- Role $1 with its scope, and those of the permissions $2, at the levels $3, that the catalogue has.
select 'role', r.key, r.scope = 'enterprise' from app.roles r where r.key = $1
union all
select 'permission', p.key, x.level <> '' and not coalesce(p.levels ? x.level, false)
  from unnest($2::text[], $3::text[]) as x(key, level) join app.permissions p on p.key = x.key

-- name: known_grants_for_key
select r.key from app.roles r where $1 = 'role' union all select p.key from app.permissions p where $1 = 'permission'

-- name: create_api_key
-- $1: the user, null if it is nobody's own; $6 the sort of owner, $7 role, $8 permissions, $9 the user who makes it.
-- No row: there is a key of that name.
insert into app.api_keys (user_id, name, prefix, key_hash, expires_at, owner, role_id, permissions, created_by)
select (select u.id from app.users u where lower(u.email) = $1), $2, $3, decode($4, 'hex'), $5::text::timestamptz, $6,
       (select r.id from app.roles r where r.key = $7), $8::text::jsonb,
       (select m.id from app.users m where lower(m.email) = $9)
on conflict do nothing
returning id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- name: key_surplus
-- What the role or the permissions of key $1 say beyond what it may do: its user or its maker lacks it. A role that
-- gives access to CRM records is one for users without it, too.
select own.permission || coalesce(':' || own.level, '')
  from app.api_key_own_permissions own
  join app.api_keys k on k.id = own.key_id
  left join app.api_key_permissions held on held.key_id = own.key_id and held.permission = own.permission
 where own.key_id = $1::bigint and (held.permission is null or held.level is distinct from own.level)
   and (k.role_id is null or own.permission not like 'crm.%')
 order by own.permission collate "C"
 limit 1

-- name: revoke_api_key
-- Key $3 of the user $1, or, if that is null, of the sort of owner $2.
update app.api_keys k set revoked_at = now()
 where k.name = $3 and k.owner = $2 and k.revoked_at is null
   and k.user_id is not distinct from (select u.id from app.users u where lower(u.email) = $1)
returning k.prefix
