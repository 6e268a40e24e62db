-- name: undo_runs
-- Runs that undid another one, the oldest first.
select r.id, r.run, r.undoes from acctl.runs r where r.undoes is not null and r.outcome = 'done' order by r.id
