-- name: active_admin
-- Whether $1 is an admin who can sign in, by a grant without end.
select exists (select from app.admins a where lower(a.email) = $1 and a.status = 'active')

-- name: active_admins
-- Admins who can sign in; two are as good as many.
select lower(a.email) from app.admins a where a.status = 'active' order by 1 limit 2

-- name: first_tenant_of_enterprise
-- No row if it has a founder, or no tenant.
select t.admin_email, t.pack, t.slug
  from acctl.enterprises e join acctl.tenants t on t.enterprise_id = e.id and t.status <> 'deleted'
 where e.key = $1 and e.founder is null
 order by t.created_at, t.id
 limit 1

-- name: set_tenant_enterprise
-- From $4 to $3, null for none. No row: a later run has taken over, or it is in another one in the meantime.
update acctl.tenants t
   set enterprise_id = (select e.id from acctl.enterprises e where e.key = $3)
 where t.id = $1 and t.epoch = $2
   and t.enterprise_id is not distinct from (select e.id from acctl.enterprises e where e.key = $4)
returning t.slug

-- name: seed_enterprise_grants
-- In a tenant's database: gives the users $1 the roles $2 by the grants of the people $3, as far as the tenant has those
-- roles and they are not suspended; who is not there is added. What was linked before and is granted no longer ends.
-- With entries of the ledger in the run $6 (command $7, actor $8, origin $9, reason $10). The number of users
-- afterwards. No row where a later run has taken over from epoch $5 of tenant $4.
with here as (
  select from acctl.tenant t where t.tenant_id = $4 and t.epoch = $5
), wanted as (
  select x.email, x.person::uuid as person, r.id as role_id, r.key as role
    from here, unnest($1::text[], $2::text[], $3::text[]) as x(email, role, person)
    join app.roles r on r.key = x.role
), ended as (
  delete from acctl.enterprise_holdings h
   using here
   where not exists (select from wanted w where w.person = h.person and w.role = h.role)
  returning h.user_id, h.role, h.kept
), gone as (
  delete from app.user_roles held
   using ended e, app.roles r, app.users u
   where held.user_id = e.user_id and r.key = e.role and held.role_id = r.id and u.id = e.user_id and not e.kept
  returning lower(u.email) || '/' || e.role as key
), fresh as (
  insert into app.users (email)
  select distinct w.email from wanted w where not exists (select from app.users u where lower(u.email) = w.email)
  returning id, email
), everyone as (
  select f.id, f.email from fresh f
  union all
  select u.id, lower(u.email) from app.users u where lower(u.email) = any ($1::text[]) and u.status <> 'suspended'
), held as (
  insert into app.user_roles (user_id, role_id)
  select e.id, w.role_id from wanted w join everyone e on e.email = w.email
  on conflict do nothing
  returning user_id, role_id
), linked as (
  insert into acctl.enterprise_holdings (user_id, role, person, known_as, kept)
  select e.id, w.role, w.person, w.email, held.user_id is null
    from wanted w join everyone e on e.email = w.email
    left join held on held.user_id = e.id and held.role_id = w.role_id
  on conflict do nothing
), entry as (
  select 1 as part, 'add' as action, 'users' as kind, f.email as key,
         '{"crm_access": {"before": null, "after": false}, "idp": {"before": null, "after": "local"}}' as fields
    from fresh f
  union all
  select 2, 'add', 'user_roles', e.email || '/' || w.role, '{}'
    from held join everyone e on e.id = held.user_id join wanted w on w.role_id = held.role_id and w.email = e.email
  union all
  select 3, 'remove', 'user_roles', gone.key, '{}' from gone
), begun as (
  select r.id from acctl.runs r where r.run = $6
), fresh_run as (
  insert into acctl.runs (run, command, outcome, actor, origin, reason)
  select $6, $7, 'done', $8, $9, nullif($10, '') where exists (select from entry) and not exists (select from begun)
  returning id
), run as (
  select id from begun union all select id from fresh_run
), logged as (
  insert into acctl.changes (run_id, number, action, kind, key, fields)
  select run.id,
         coalesce((select max(c.number) from acctl.changes c where c.run_id = run.id), 0)
           + row_number() over (order by entry.part, entry.key collate "C"),
         entry.action, entry.kind, entry.key, entry.fields::jsonb
    from entry, run
)
select (select count(*) from app.users) + (select count(*) from fresh) from here
