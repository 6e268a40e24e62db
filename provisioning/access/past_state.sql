-- name: moment_of_past
-- The time $1, whether it is not over yet, and the present.
select to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), t.at > now(),
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from (select $1::text::timestamptz) as t(at)

-- name: changes_since
-- What runs have changed since $1 of all that gives access: the newest run first, each in the order of execution.
select r.id, c.action, c.kind, c.key, c.fields
  from acctl.runs r
  join acctl.changes c on c.run_id = r.id
 where r.at > $1::text::timestamptz and r.outcome = 'done'
   and c.kind in ('permissions', 'roles', 'role_permissions', 'role_templates', 'role_template_permissions', 'users',
                  'user_roles', 'user_permissions')
 order by r.id desc, c.number

-- name: last_grants_before
-- The last word of the ledger, until $1, on each role, permission and role template that a user was given.
select distinct on (c.kind, c.key) c.kind, c.key, c.action, c.fields #>> '{until,after}', r.at::text, r.run, r.actor
  from acctl.changes c
  join acctl.runs r on r.id = c.run_id
 where r.at <= $1::text::timestamptz and r.outcome = 'done'
   and (c.kind in ('user_roles', 'user_permissions') or c.kind = 'users' and c.fields ? 'role_template')
 order by c.kind, c.key, r.id desc, c.number desc

-- name: people_at
-- What the rows of users say of themselves as of $1: whether they were made later, whether the user signed up later,
-- the last sign-in until then, whether there was a later one, whether the sign-in, and the invitation, was longer ago
-- than $2 milliseconds, whether the user was suspended later, and has never signed up; the API keys that were good.
select lower(u.email), u.created_at > t.at, coalesce(u.activated_at > t.at, false),
       case when u.last_sign_in_at <= t.at then u.last_sign_in_at::text end, coalesce(u.last_sign_in_at > t.at, false),
       coalesce(u.last_sign_in_at < t.at - $2::bigint * interval '1 ms', false),
       coalesce(u.invited_at < t.at - $2::bigint * interval '1 ms', false), coalesce(u.suspended_at > t.at, false),
       u.activated_at is null,
       (select json_agg(k.name order by k.name collate "C")
          from app.api_keys k
         where k.user_id = u.id and k.created_at <= t.at and (k.revoked_at is null or k.revoked_at > t.at)
           and (k.expires_at is null or k.expires_at > t.at))
  from app.users u
 cross join (select $1::text::timestamptz) as t(at)

-- name: grants_at
-- All else that gives access: whether its row was made after $1, and when; the end of what has expired since.
with t as (select $1::text::timestamptz as at)
select 'user_roles', lower(u.email) || '/' || r.key, h.created_at > t.at, h.created_at::text,
       case when h.expires_at > t.at and h.expires_at <= now()
            then to_char(h.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end
  from t, app.user_roles h join app.users u on u.id = h.user_id join app.roles r on r.id = h.role_id
union all
select 'user_permissions', lower(u.email) || '/' || p.key, e.created_at > t.at, e.created_at::text, null
  from t, app.user_permissions e join app.users u on u.id = e.user_id join app.permissions p on p.id = e.permission_id
union all
select 'role_permissions', r.key || '/' || p.key, e.created_at > t.at, e.created_at::text, null
  from t, app.role_permissions e join app.roles r on r.id = e.role_id join app.permissions p on p.id = e.permission_id
union all
select 'role_template_permissions', m.key || '/' || p.key, e.created_at > t.at, e.created_at::text, null
  from t, app.role_template_permissions e
  join app.role_templates m on m.id = e.role_template_id
  join app.permissions p on p.id = e.permission_id
union all
select 'roles', r.key, r.created_at > t.at, r.created_at::text, null from t, app.roles r
union all
select 'role_templates', m.key, m.created_at > t.at, m.created_at::text, null from t, app.role_templates m
union all
select 'permissions', p.key, p.created_at > t.at, p.created_at::text, null from t, app.permissions p
