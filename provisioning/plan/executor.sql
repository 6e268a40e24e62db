-- name: remember_applied
-- What this manager declares ($3), and the revision at which the tenant agrees with it; none (-1) where $5 says that the
-- tenant may have changed beside a plan that was made earlier. Without a digest it was but a part
-- of the definitions: then what is known of its kinds is replaced, and the rest stays.
insert into acctl.applied as a (manager, digest, revision, declared, kinds, run_id)
select $1, $2, case when $5 then r.counter else -1 end, $3::jsonb, array(select jsonb_object_keys($3::jsonb -> 'objects')), $4 from acctl.revision r
on conflict (manager) do update
   set kinds = array(select unnest(a.kinds) union select unnest(excluded.kinds)),
       digest = case when $2 = '' then a.digest else excluded.digest end,
       revision = case when $2 = '' then a.revision else excluded.revision end,
       declared = case when $2 = '' then
                    a.declared || jsonb_build_object('objects', coalesce(a.declared -> 'objects', '{}') ||
                                                                coalesce(excluded.declared -> 'objects', '{}'),
                                                     'kept', coalesce(excluded.declared -> 'kept', '[]'))
                  else excluded.declared end,
       run_id = coalesce(excluded.run_id, a.run_id), at = now()
 where (a.digest, a.revision) is distinct from (excluded.digest, excluded.revision)

-- name: release_system_roles
-- The roles $1 are removed by the undo of the run that added them: what keeps system roles knows no run.
update app.roles set system = false where key = any ($1::text[]) and system

-- name: former_ids
-- The ids of those whom run $1 has deleted, by address; of former versions, which did not note them, none.
select w.key, w.ids[1]
  from acctl.runs r
  join acctl.released_work w on w.at = r.at and w.kind = 'users' and w.work = 'authors'
 where r.id = $1

-- name: declared_elsewhere
-- Which of the objects $2, pairs of kind and key, a manager other than $1 and $3 declared last.
select (x.value ->> 0) || '/' || (x.value ->> 1), a.manager
  from acctl.applied a, jsonb_array_elements($2::jsonb) x
 where a.manager <> $1 and a.manager <> $3 and a.declared -> 'objects' -> (x.value ->> 0) ? (x.value ->> 1)
 order by 1, 2
