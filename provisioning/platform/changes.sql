-- name: plan_list
select p.key, json_build_object('name', p.name, 'seats', p.seats, 'projects', p.projects,
                                'storage_bytes', p.storage_bytes, 'features', p.features)::text
  from acctl.plans p order by p.position, p.key

-- name: set_plan
insert into acctl.plans (key, name, seats, projects, storage_bytes, features, position)
select $1, $2, $3::integer, $4::integer, $5::bigint, $6::jsonb, coalesce(max(p.position), 0) + 1 from acctl.plans p
on conflict (key) do update
   set name = excluded.name, seats = excluded.seats, projects = excluded.projects,
       storage_bytes = excluded.storage_bytes, features = excluded.features
