-- name: renames_of_objects
-- The renames of the objects $1, pairs of kind and present key, by runs that are no undo: which run, and the key before.
-- The newest first.
select c.kind, c.key, c.run_id, c.fields -> 'key' ->> 'before'
  from jsonb_array_elements($1::jsonb) x
  join acctl.changes c on c.kind = x.value ->> 0 and c.key = x.value ->> 1
  join acctl.runs r on r.id = c.run_id
 where c.action = 'change' and c.fields ? 'key' and r.outcome = 'done' and r.undoes is null
 order by c.run_id desc
