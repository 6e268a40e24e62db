-- name: usable_admins
-- Without an end: active ones, who can sign in, and invited ones, who will be able to; then those who are admin for a time.
select count(*) filter (where a.status = 'active' and a.permanent),
       count(*) filter (where a.status = 'invited' and a.permanent), count(*) filter (where not a.permanent)
  from app.admins a

-- name: time_zone
-- Fails with 22023 where the server knows no zone $1.
select pg_catalog.timezone($1::text, now())

-- name: seats
-- Their limit, null for none, how many are taken, and when this was so.
select (select t.seat_limit from acctl.tenant t), count(*),
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.users

-- name: keys_resting_on
-- API keys that work, by what they rest on: roles among $1, permissions among $2 that they name themselves. Last, whether
-- they are the enterprise's.
select 'roles', r.key, coalesce(u.email, k.owner) || '/' || k.name, k.owner = 'enterprise'
  from app.api_keys k join app.roles r on r.id = k.role_id left join app.users u on u.id = k.user_id
 where r.key = any ($1::text[]) and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
union all
select 'permissions', p.key, coalesce(u.email, k.owner) || '/' || k.name, k.owner = 'enterprise'
  from app.api_keys k join unnest($2::text[]) as p(key) on k.permissions ? p.key left join app.users u on u.id = k.user_id
 where k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
 order by 1, 2, 3
