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

-- name: found_enterprise
update acctl.enterprises set founder = $2 where key = $1 and founder is null

-- name: enterprise_founder
select e.founder from acctl.enterprises e where e.key = $1

-- name: create_enterprise
insert into acctl.enterprises (key, name) values ($1, $2) on conflict (key) do nothing

-- name: enterprise_list
select e.key, e.name, count(t.id)
  from acctl.enterprises e left join acctl.tenants t on t.enterprise_id = e.id and t.status <> 'deleted'
 where $1::text is null or e.key = $1
 group by e.id order by e.key collate "C"
