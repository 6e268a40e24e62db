-- name: applied_definitions
-- What each manager declared last; left out where nothing has changed since.
select a.manager, case when a.revision <> r.counter then a.declared end, a.revision = r.counter
  from acctl.applied a, acctl.revision r
 order by a.manager

-- name: declared_definitions
select a.declared from acctl.applied a order by a.manager
