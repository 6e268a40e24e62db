-- name: revision_and_applied
-- At which revision the configuration is; whether the definitions $2 are what manager $1 applied
-- last, with no change of anything since; which kinds that manager has ever owned something of; and
-- whether messages of an earlier run wait that nobody has tried to send.
select r.counter, coalesce(a.digest = $2 and a.revision = r.counter, false),
       array_to_json(a.kinds),
       exists (select from app.outbox o where o.status = 'queued' and o.not_before <= now() and o.attempts = 0)
  from acctl.revision r
  left join acctl.applied a on a.manager = $1
