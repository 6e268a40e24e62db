-- name: person_permission
-- User $1 (in lower case) and permission $2: whether they exist, and how the one holds the other. Always one row.
select u.status, u.crm_access, p.key is not null, p.widest_level, held.permission is not null, held.level
  from (values (true)) as one
  left join app.users u on lower(u.email) = $1
  left join app.permissions p on p.key = $2
  left join (select e.permission, e.level
               from app.effective_permissions e
              where e.user_id = (select x.id from app.users x where lower(x.email) = $1) and e.permission = $2) held
    on true

-- name: person_permissions
-- All that user $1 may do; no row if there is no such user, one without a permission where it is nothing.
select held.permission, held.level, array_to_json(held.via)
  from app.users u
  left join (select e.permission, e.level, e.via
               from app.effective_permissions e
              where e.user_id = (select x.id from app.users x where lower(x.email) = $1)) held on true
 where lower(u.email) = $1
 order by held.permission collate "C"

-- name: permission_ways
-- Each edge of each way that leads from user $1 to permission $2, itself or through "*"; with the newest run that made
-- the edge what it is. An edge is as old as the transaction that added it: no earlier run can have done that. `users`
-- is the edge from a user to the role template. The ledger knows what an edge connects by the names of that time: `named`
-- goes back from rename to rename, each name with the runs in which it was that object's.
with recursive person as (
  select u.id, lower(u.email) as email, u.role_template_id, u.created_at from app.users u where lower(u.email) = $1
), asked as (
  select p.id, p.key, coalesce(target.widest_level, p.widest_level) as widest_level
    from app.permissions p left join app.permissions target on target.key = $2
   where p.key in ($2, '*')
), by_role as (
  select person.email, r.key as role, a.key as permission, coalesce(e.level, a.widest_level) as level, h.expires_at,
         h.created_at as held_since, e.created_at as given_since
    from person
    join app.user_roles h on h.user_id = person.id
    join app.roles r on r.id = h.role_id
    join app.role_permissions e on e.role_id = r.id
    join asked a on a.id = e.permission_id
), by_template as (
  select person.email, t.key as template, a.key as permission, coalesce(e.level, a.widest_level) as level,
         person.created_at as held_since, e.created_at as given_since
    from person
    join app.role_templates t on t.id = person.role_template_id
    join app.role_template_permissions e on e.role_template_id = t.id
    join asked a on a.id = e.permission_id
), edge as (
  select 'direct' as via, a.key as permission, coalesce(e.level, a.widest_level) as level,
         null::timestamptz as expires_at, 1 as number, 'user_permissions' as kind, 'users' as owner_kind,
         person.email as owner, 'permissions' as target_kind, a.key as target, e.created_at
    from person
    join app.user_permissions e on e.user_id = person.id
    join asked a on a.id = e.permission_id
  union all
  select 'role:' || role, permission, level, expires_at, 1, 'user_roles', 'users', email, 'roles', role, held_since
    from by_role
  union all
  select 'role:' || role, permission, level, expires_at, 2, 'role_permissions', 'roles', role, 'permissions', permission,
         given_since
    from by_role
  union all
  select 'template:' || template, permission, level, null, 1, 'users', 'users', email, null, null, held_since
    from by_template
  union all
  select 'template:' || template, permission, level, null, 2, 'role_template_permissions', 'role_templates', template,
         'permissions', permission, given_since
    from by_template
), ends as (
  select owner_kind as kind, owner as now from edge union select target_kind, target from edge
), was as (
  select kind, now, now as name, null::bigint as until from ends
  union all
  select w.kind, w.now, rename.former, rename.run_id
    from was w
   cross join lateral (
     select c.fields -> 'key' ->> 'before' as former, c.run_id
       from acctl.changes c join acctl.runs r on r.id = c.run_id
      where c.kind = w.kind and c.key = w.name and c.action = 'change' and c.fields ? 'key' and r.outcome = 'done'
        and (w.until is null or c.run_id < w.until)
      order by c.run_id desc
      limit 1) rename
), named as (
  select kind, now, name, until, lead(until) over (partition by kind, now order by until desc nulls first) as since
    from was
)
select edge.via, edge.permission, edge.level,
       to_char(edge.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       coalesce(edge.expires_at <= now(), false), edge.kind, edge.owner || coalesce('/' || edge.target, ''),
       to_char(edge.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       edge.created_at <= tenant.created_at,
       run.run, to_char(run.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), run.command, run.actor, run.reason,
       run.commit
  from edge
  left join acctl.tenant tenant on true
  left join lateral (
    select r.run, r.at, r.command, r.actor, r.reason, r.commit
      from named o
      join named t on t.kind is not distinct from edge.target_kind and t.now is not distinct from edge.target
      join acctl.changes c on c.kind = edge.kind and c.key = o.name || coalesce('/' || t.name, '')
       and c.run_id >= greatest(o.since, t.since, 0)
       and c.run_id < least(o.until, t.until, 9223372036854775807)
      join acctl.runs r on r.id = c.run_id
     where o.kind = edge.owner_kind and o.now = edge.owner
       and c.action in ('add', 'change') and r.outcome = 'done' and r.at >= edge.created_at
       and (edge.kind <> 'users' or c.fields ? 'role_template')
     order by r.id desc
     limit 1) run on true
 order by edge.via collate "C", edge.permission collate "C", edge.number

-- name: permission_givers
-- The roles and role templates that give permission $1, itself or through "*".
with asked as (
  select p.id, coalesce(target.widest_level, p.widest_level) as widest_level
    from app.permissions p left join app.permissions target on target.key = $1
   where p.key in ($1, '*')
), giver as (
  select 'role:' || r.key as via, coalesce(e.level, a.widest_level) as level
    from asked a join app.role_permissions e on e.permission_id = a.id join app.roles r on r.id = e.role_id
  union all
  select 'template:' || t.key, coalesce(e.level, a.widest_level)
    from asked a
    join app.role_template_permissions e on e.permission_id = a.id
    join app.role_templates t on t.id = e.role_template_id
)
select distinct giver.via, giver.level from giver order by giver.via, giver.level

-- name: permission_keys
select p.key from app.permissions p order by p.key
