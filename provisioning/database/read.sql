-- name: revision_and_applied
-- At which revision the configuration is; whether the definitions $2 are what manager $1 applied
-- last, with no change of anything since; and which kinds that manager has ever owned something of.
select r.counter, coalesce(a.digest = $2 and a.revision = r.counter, false),
       array_to_json(a.kinds)
  from acctl.revision r
  left join acctl.applied a on a.manager = $1
