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
select g.email, g.role, g.granted_by, to_char(g.granted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), g.person,
       g.linked
  from acctl.enterprise_grants g join acctl.enterprises e on e.id = g.enterprise_id
 where e.key = $1
 order by g.email collate "C", g.role collate "C"

-- name: lock_enterprise
-- Who changes an enterprise's grants does so alone: two that grant somebody their first roles must agree on who it is.
select e.id from acctl.enterprises e where e.key = $1 for update

-- name: add_enterprise_grants
-- To the users $2 the role $3, by $4; those who are new to it.
insert into acctl.enterprise_grants (enterprise_id, email, role, granted_by, person, linked)
select e.id, x.email, $3, $4,
       coalesce((select g.person from acctl.enterprise_grants g where g.enterprise_id = e.id and g.email = x.email
                  limit 1), gen_random_uuid()), true
  from acctl.enterprises e, unnest($2::text[]) as x(email)
 where e.key = $1
on conflict do nothing
returning email

-- name: link_enterprise_grants_of_registry
-- From now on the tenants know what came of these grants.
update acctl.enterprise_grants g
   set linked = true
  from acctl.enterprises e
 where e.id = g.enterprise_id and e.key = $1 and g.email = any ($2::text[]) and g.role = $3 and not g.linked

-- name: remove_enterprise_grants
delete from acctl.enterprise_grants g
 using acctl.enterprises e
 where e.id = g.enterprise_id and e.key = $1 and g.email = any ($2::text[]) and g.role = $3
returning g.email

-- name: end_enterprise_people
-- Everything that the people $2 were granted in enterprise $1.
delete from acctl.enterprise_grants g
 using acctl.enterprises e
 where e.id = g.enterprise_id and e.key = $1 and g.person = any ($2::uuid[])
returning g.email, g.role

-- name: enterprise_grants_of
-- In which enterprises these addresses are granted something.
select e.key, g.email, g.role, g.person
  from acctl.enterprise_grants g join acctl.enterprises e on e.id = g.enterprise_id
 where g.email = any ($1::text[])
 order by e.key collate "C", g.email collate "C", g.role collate "C"

-- name: unsettle_enterprise_people
-- The first of two steps by which addresses move, so that people can exchange theirs: first none is anybody's. Those who
-- have the address already stay, and so does whoever would take an address that another person has and keeps.
update acctl.enterprise_grants g
   set email = 'moving/' || g.person
  from acctl.enterprises e, unnest($2::uuid[], $3::text[]) as x(person, email)
 where e.id = g.enterprise_id and e.key = $1 and g.person = x.person and g.email <> x.email
   and not exists (select from acctl.enterprise_grants o
                    where o.enterprise_id = g.enterprise_id and o.email = x.email and o.person <> all ($2::uuid[]))

-- name: settle_enterprise_people
update acctl.enterprise_grants g
   set email = x.email
  from acctl.enterprises e, unnest($2::uuid[], $3::text[]) as x(person, email)
 where e.id = g.enterprise_id and e.key = $1 and g.person = x.person and g.email = 'moving/' || g.person
returning g.person, g.email

-- name: first_tenant_of_enterprise
-- No row where it has a founder, or no tenant.
select t.admin_email, t.pack, t.slug
  from acctl.enterprises e join acctl.tenants t on t.enterprise_id = e.id and t.status <> 'deleted'
 where e.key = $1 and e.founder is null
 order by t.created_at, t.id
 limit 1

-- name: found_enterprise
update acctl.enterprises set founder = $2 where key = $1 and founder is null

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
