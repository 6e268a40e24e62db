-- name: applied_definitions
-- What each manager declared last; left out where nothing has changed since.
select a.manager, case when a.revision <> r.counter then a.declared end, a.revision = r.counter
  from acctl.applied a, acctl.revision r
 order by a.manager

-- name: declared_definitions
-- Of the managers that declare something: all that one declared may have been undone.
select a.declared
  from acctl.applied a
 where a.declared ? 'protect' or exists (select from jsonb_each(a.declared -> 'objects') k where k.value <> '{}')
 order by a.manager
