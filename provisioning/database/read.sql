-- name: revision_and_applied
-- At which revision the configuration is; whether the definitions $2 are what manager $1 applied
-- last, with no change of anything since; what is known of that manager: which kinds it has ever
-- owned something of, and, unless nothing has changed, which entries it added to lists ("+"), as
-- [kind, owner, list, entry]: those that it declared last, and those that were kept from before;
-- and whether messages of an earlier run wait to be sent, be it that their next attempt is not due yet.
select r.counter, coalesce(a.digest = $2 and a.revision = r.counter, false),
       case when a.manager is not null then jsonb_build_object('kinds', a.kinds, 'entries',
         case when a.digest is distinct from $2 or a.revision <> r.counter then
           (select coalesce(jsonb_agg(jsonb_build_array(k.key, o.key, l.key,
                                                        coalesce(e.value ->> 'key', e.value #>> '{}'))), '[]')
                   || coalesce(a.declared -> 'kept', '[]')
              from jsonb_each(a.declared -> 'objects') k, jsonb_each(k.value) o, jsonb_each(o.value -> 'lists') l,
                   jsonb_array_elements(l.value -> 'entries') e
             where (l.value ->> 'relative')::boolean and not coalesce((e.value ->> 'remove')::boolean, false))
         end) end,
       exists (select from app.outbox o where o.status = 'queued')
  from acctl.revision r
  left join acctl.applied a on a.manager = $1
