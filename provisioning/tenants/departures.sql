-- name: defer_departures
-- In the tenants $1 of the users $2, who are the people $3; $4 whether roles and teams go, too. In the run $5.
insert into acctl.departures as d (tenant_id, email, people, roles_too, run)
select t.id, x.email, $3::uuid[], $4::boolean, $5
  from acctl.tenants t, unnest($2::text[]) as x(email)
 where t.id = any ($1::uuid[]) and t.status = 'deprovisioning'
on conflict (tenant_id, email) do update
   set people = excluded.people, roles_too = d.roles_too or excluded.roles_too, run = excluded.run, at = excluded.at

-- name: departures_of_tenant
select d.email, array_to_json(d.people), d.roles_too, d.run
  from acctl.departures d where d.tenant_id = $1
 order by d.email collate "C"

-- name: forget_departures
delete from acctl.departures d where d.tenant_id = $1 and d.email = any ($2::text[])
