-- name: revision_and_applied
-- At which revision the configuration is; whether the definitions $2 are what manager $1 applied
-- last, with no change of anything since; which kinds that manager has ever owned something of, null if it is not
-- known; and whether messages of an earlier run wait to be sent, be it that their next attempt is not due yet. Each
-- plan begins with it, in a session that knows no table or function yet: it costs what it names.
select r.counter, coalesce(a.digest = $2 and a.revision = r.counter, false), array_to_string(a.kinds, ' '),
       exists (select from app.outbox o where o.status = 'queued')
  from acctl.revision r
  left join acctl.applied a on a.manager = $1

-- name: applied_entries
-- Which entries manager $1 added to lists ("+"), as [kind, owner, list, entry]: those that it declared last, and those
-- that were kept from before.
select (select coalesce(jsonb_agg(jsonb_build_array(k.key, o.key, l.key,
                                                    coalesce(e.value ->> 'key', e.value #>> '{}'))), '[]')
               || coalesce(a.declared -> 'kept', '[]')
          from jsonb_each(a.declared -> 'objects') k, jsonb_each(k.value) o, jsonb_each(o.value -> 'lists') l,
               jsonb_array_elements(l.value -> 'entries') e
         where (l.value ->> 'relative')::boolean and not coalesce((e.value ->> 'remove')::boolean, false))
  from acctl.applied a
 where a.manager = $1
