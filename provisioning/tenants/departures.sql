-- name: defer_departures
-- In those of the tenants $1 that cannot be entered, of the users $2, who are the people $3; $4 whether roles and teams
-- go, too. In the run $5. The row of a tenant is locked: one that is just being activated is active before this, and not
-- among those that are noted, or finds it afterwards. The slugs of those that are.
with out_of_reach as (
  select t.id, t.slug
    from acctl.tenants t
   where t.id = any ($1::uuid[]) and t.status in ('deprovisioning', 'provisioning', 'failed')
   order by t.id
     for no key update
), noted as (
  insert into acctl.departures as d (tenant_id, email, people, roles_too, run)
  select t.id, x.email, $3::uuid[], $4::boolean, $5 from out_of_reach t, unnest($2::text[]) as x(email)
  on conflict (tenant_id, email) do update
     set people = excluded.people, roles_too = d.roles_too or excluded.roles_too, run = excluded.run,
         at = excluded.at
)
select t.slug from out_of_reach t order by t.slug collate "C"

-- name: places_out_of_reach
-- Which of the tenants $1 that cannot be entered may have the users $2: as the first administrator, whom an unfinished one
-- would invite; among the users of one that is held for deletion, as it had them when it was shut. Known or, where nobody
-- was remembered, possible; and whether that they leave ($3: with roles and teams) is noted already.
select t.slug, x.email, t.status = 'deprovisioning', p.known,
       exists (select from acctl.departures d
                where d.tenant_id = t.id and d.email = x.email and (d.roles_too or not $3::boolean))
  from acctl.tenants t
 cross join unnest($2::text[]) as x(email)
 cross join lateral (
   select case when t.status = 'deprovisioning'
               then exists (select from acctl.held_people h
                             where h.tenant_id = t.id and h.address = sha256(convert_to(x.email, 'UTF8')))
               else lower(t.admin_email) = x.email end as known,
          t.status = 'deprovisioning' and t.activated_at is not null
            and not exists (select from acctl.held_people h where h.tenant_id = t.id) as possible) as p
 where t.id = any ($1::uuid[]) and t.status in ('deprovisioning', 'provisioning', 'failed') and (p.known or p.possible)
 order by t.slug collate "C", x.email collate "C"

-- name: departures_of_tenant
select d.email, array_to_json(d.people), d.roles_too, d.run
  from acctl.departures d where d.tenant_id = $1
 order by d.email collate "C"

-- name: forget_departures
delete from acctl.departures d where d.tenant_id = $1 and d.email = any ($2::text[])

-- name: recall_departures
-- In the tenants $1 the users $2 are not to be suspended after all; who was offboarded is.
delete from acctl.departures d
 where d.tenant_id = any ($1::uuid[]) and d.email = any ($2::text[]) and not d.roles_too

-- name: keep_held_people
-- Of the tenant $1 the users $2.
insert into acctl.held_people (tenant_id, address)
select $1::uuid, sha256(convert_to(x.email, 'UTF8')) from unnest($2::text[]) as x(email)
on conflict do nothing

-- name: forget_held_people
delete from acctl.held_people h where h.tenant_id = $1

-- name: people_with_access
-- In a tenant's database: everybody who has something there that lets them in, or could again.
select lower(u.email)
  from app.users u
 where u.status <> 'suspended' or u.role_template_id is not null or u.crm_access
    or exists (select from app.user_roles h where h.user_id = u.id)
    or exists (select from app.user_permissions p where p.user_id = u.id)
    or exists (select from app.team_members m where m.user_id = u.id)

-- name: set_tenant_admin
-- Of a tenant that is not finished. No row: a later run has taken over, or it is finished by now.
update acctl.tenants set admin_email = $3, admin_name = $4
 where id = $1 and epoch = $2 and status in ('provisioning', 'failed')
returning slug

-- name: unfound_enterprise
-- The administrator $2 of the tenant $1, which is the first one of its enterprise, has left before it was finished: the
-- next one founds it.
update acctl.enterprises e
   set founder = null
  from acctl.tenants t
 where t.id = $1 and e.id = t.enterprise_id and e.founder = $2
   and not exists (select from acctl.tenants o
                    where o.enterprise_id = e.id and o.status <> 'deleted'
                      and (o.created_at, o.id) < (t.created_at, t.id))
