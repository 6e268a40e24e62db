-- Enterprises and what is granted in all their tenants, in the control database.

-- name: moment
-- The time $1, or $2 milliseconds from now.
select to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), x.at > now()
  from (select case when $1::text is null then date_trunc('second', now() + $2::bigint * interval '1 ms')
                    else $1::text::timestamptz end) as x(at)

-- name: past_moment
-- The time $1, or $2 milliseconds before now.
select to_char(coalesce($1::text::timestamptz, now() - $2::bigint * interval '1 ms') at time zone 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')

-- name: enterprise_size
select count(*)
  from acctl.tenants t join acctl.enterprises e on e.id = t.enterprise_id
 where e.key = $1 and t.status <> 'deleted'

-- name: enterprise_grants
select g.email, g.role, g.granted_by, to_char(g.granted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from acctl.enterprise_grants g join acctl.enterprises e on e.id = g.enterprise_id
 where e.key = $1
 order by g.email collate "C", g.role collate "C"

-- name: add_enterprise_grants
-- To the users $2 the role $3, by $4; those who are new to it.
insert into acctl.enterprise_grants (enterprise_id, email, role, granted_by)
select e.id, x.email, $3, $4 from acctl.enterprises e, unnest($2::text[]) as x(email) where e.key = $1
on conflict do nothing
returning email

-- name: remove_enterprise_grants
delete from acctl.enterprise_grants g
 using acctl.enterprises e
 where e.id = g.enterprise_id and e.key = $1 and g.email = any ($2::text[]) and g.role = $3
returning g.email

-- name: first_tenant_of_enterprise
-- No row where it has a founder, or no tenant.
select t.admin_email, t.pack
  from acctl.enterprises e join acctl.tenants t on t.enterprise_id = e.id and t.status <> 'deleted'
 where e.key = $1 and e.founder is null
 order by t.created_at, t.id
 limit 1

-- name: found_enterprise
update acctl.enterprises set founder = $2 where key = $1 and founder is null

-- name: enterprise_founder
select e.founder from acctl.enterprises e where e.key = $1

-- name: set_tenant_enterprise
-- From $4 to $3, null for none. No row: a later run has taken over, or it is in another one by now.
update acctl.tenants t
   set enterprise_id = (select e.id from acctl.enterprises e where e.key = $3)
 where t.id = $1 and t.epoch = $2
   and t.enterprise_id is not distinct from (select e.id from acctl.enterprises e where e.key = $4)
returning t.slug

-- name: seed_enterprise_grants
-- In a tenant's database: gives the users $1 the roles $2, as far as the tenant has them; who is not there is added. The
-- number of users afterwards. No row where a later run has taken over from epoch $4 of tenant $3.
with wanted as (
  select x.email, r.id as role_id
    from unnest($1::text[], $2::text[]) as x(email, role)
    join app.roles r on r.key = x.role
    join acctl.tenant t on t.tenant_id = $3 and t.epoch = $4
), fresh as (
  insert into app.users (email)
  select distinct w.email from wanted w where not exists (select from app.users u where lower(u.email) = w.email)
  returning id, email
), everyone as (
  select f.id, f.email from fresh f
  union all
  select u.id, lower(u.email) from app.users u where lower(u.email) = any ($1::text[])
), held as (
  insert into app.user_roles (user_id, role_id)
  select e.id, w.role_id from wanted w join everyone e on e.email = w.email
  on conflict do nothing
)
select (select count(*) from app.users) + (select count(*) from fresh)
  from acctl.tenant t where t.tenant_id = $3 and t.epoch = $4

-- name: users_of_enterprise
-- In a tenant's database: everybody, with what they have there.
select lower(u.email), u.name, u.status,
       coalesce((select json_agg(r.key order by r.key collate "C")
                   from app.user_roles h join app.roles r on r.id = h.role_id
                  where h.user_id = u.id and (h.expires_at is null or h.expires_at > now())), '[]'),
       (select t.key from app.role_templates t where t.id = u.role_template_id),
       (select count(*) from app.api_keys k
         where k.user_id = u.id and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())),
       to_char(u.last_sign_in_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.users u
 order by lower(u.email) collate "C"
