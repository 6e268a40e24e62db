-- name: catalogue_entry
select p.levels is not null from app.permissions p where p.key = $1

-- name: catalogue_keys
-- All permissions of a catalogue that lacks $1, for what was probably meant.
select p.key from app.permissions p
 where not exists (select from app.permissions q where q.key = $1)
 order by p.key collate "C"

-- name: permission_holders
-- Everybody who holds permission $1, at level $2 or a wider one, by address. A role template is held since the newest
-- run that assigned it. The run that made a way has the time of the rows that it added; if two had the same, it is the
-- first of them.
declare holders no scroll cursor for
select distinct on (lower(u.email) collate "C")
       lower(u.email), u.status, held.level, array_to_json(held.via),
       to_char(held.until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(held.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), r.run
  from (select w.user_id,
               (array['global', 'group', 'restricted'])[min(array_position(array['global', 'group', 'restricted'],
                                                                           w.level))] as level,
               array_agg(distinct w.via collate "C" order by w.via collate "C") as via,
               case when bool_and(w.until is not null) then max(w.until) end as until,
               min(greatest(w.since, case when w.via like 'template:%' then
                 (select max(r.at)
                    from acctl.changes c join acctl.runs r on r.id = c.run_id
                   where r.outcome = 'done' and c.kind = 'users' and c.action in ('add', 'change')
                     and c.key = (select lower(x.email) from app.users x where x.id = w.user_id)
                     and c.fields ? 'role_template') end)) as since
          from app.permission_ways($1, $2) as w
         group by w.user_id) as held
  join app.users u on u.id = held.user_id
  left join acctl.runs r on r.at = held.since and r.outcome = 'done'
 order by lower(u.email) collate "C", r.id

-- name: more_holders
fetch 1000 from holders
