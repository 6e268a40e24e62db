-- name: record_run
insert into acctl.runs (run, command, outcome, actor, origin, reason, commit, manager, loosened, message, undoes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning id

-- name: record_changes
insert into acctl.changes (run_id, number, action, kind, key, fields, source)
select $1, $7::integer + x.number, x.action, x.kind, x.key, x.fields::jsonb, x.source
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       with ordinality as x(action, kind, key, fields, source, number)

-- name: run_id
select r.id from acctl.runs r where r.run = $1 and r.outcome = 'done'

-- name: run_list
-- The newest first. $1: one run, or null for all; $2: at most so many.
select r.id, r.run, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), r.command, r.outcome, r.actor,
       r.origin, r.reason, r.commit, r.manager, r.loosened, r.message,
       (select u.run from acctl.runs u where u.id = r.undoes),
       (select count(*) from acctl.changes c where c.run_id = r.id)
  from acctl.runs r
 where $1::text is null or r.run = $1
 order by r.id desc
 limit $2

-- name: run_changes
select c.action, c.kind, c.key, c.source, c.number,
       case when $4 and c.action = 'add' and not c.fields ?| array['until', 'scope'] then '{}' else c.fields end,
       (select max(m.number) from acctl.changes m where m.run_id = $1)
  from acctl.changes c where c.run_id = $1 and c.number > $2
 order by c.number limit $3

-- name: refresh_statistics
select acctl.refresh_statistics()
