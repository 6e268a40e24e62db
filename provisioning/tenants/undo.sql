-- name: present_moment
select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- name: declared_by
-- What manager $1 declared last.
select a.declared from acctl.applied a where a.manager = $1

-- name: withdraw
-- What manager $1 declares, once a run of it is undone.
update acctl.applied set declared = $2::jsonb where manager = $1

-- name: later_changes
-- Of the objects and members $2, $3 (kinds and keys, each once): what runs after $1 changed of them, the newest first.
select c.run_id, r.run, r.actor, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), c.action, c.kind, c.key,
       c.fields
  from unnest($2::text[], $3::text[]) as x(kind, key)
  join acctl.changes c on c.kind = x.kind and c.key = x.key
  join acctl.runs r on r.id = c.run_id
 where c.run_id > $1 and r.outcome = 'done'
 order by c.run_id desc, c.number

-- name: later_run
-- The run after $1 that touched an object last, or renamed what it connects, for telling who stands in the way; $4, $5:
-- kinds and keys of its ends. No row if there is none.
select r.run, r.actor, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from acctl.changes c join acctl.runs r on r.id = c.run_id
 where c.run_id > $1 and r.outcome = 'done'
   and (c.kind = $2 and c.key = $3 or
        c.fields ? 'key' and (c.kind, c.fields -> 'key' ->> 'before') in
          (select * from unnest(array_append($4::text[], $2), array_append($5::text[], $3))))
 order by r.id desc
 limit 1

-- name: granted_by_enterprise
-- Of the assignments $2 with their roles $3, which run $1 has removed: whether the role reaches the entire enterprise now,
-- and whether the run that made them last was one of the enterprise's.
select x.key, x.role, exists (select from app.roles r where r.key = x.role and r.scope = 'enterprise'),
       coalesce((select r.command
                   from acctl.changes c join acctl.runs r on r.id = c.run_id
                  where c.kind = 'user_roles' and c.key = x.key and c.action = 'add' and c.run_id < $1
                    and r.outcome = 'done'
                  order by c.run_id desc
                  limit 1) in ('enterprise grant', 'enterprise add-tenant', 'tenant create'), false)
  from unnest($2::text[], $3::text[]) as x(key, role)

-- name: return_work
-- To what run $1 has removed.
select acctl.return_work($1)

-- name: work_on_objects
-- What the tenant's work has come to hold of the objects $1, $2 (kinds and keys), in words; but for what run $3, which
-- restored them, has returned to them. Deleting them would end it, take it along or leave it without them.
with objects as (
  select * from unnest($1::text[], $2::text[]) as x(kind, key)
),
returned as (
  select w.kind, w.key, w.work, x.id
    from acctl.runs r join acctl.released_work w on w.at = r.at and w.returned
   cross join unnest(w.ids) as x(id)
   where r.id = $3
)
select o.kind, o.key, w.what
  from objects o join app.users u on o.kind = 'users' and lower(u.email) = o.key
  cross join lateral (
    select 'has signed in' as what where u.last_sign_in_at is not null
    union all select 'has a password' where exists (select from app.credentials c where c.user_id = u.id)
    union all select 'is signed in' where exists (
      select from app.sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now())
    union all select 'has API keys' where exists (
      select from app.api_keys k where k.user_id = u.id and k.revoked_at is null)
    union all select 'has tickets' where exists (
      select from app.tickets t where t.assignee_id = u.id and not exists (
        select from returned d where (d.kind, d.key, d.work, d.id) = ('users', o.key, 'tickets', t.id)))
    union all select 'has items' where exists (
      select from app.items i where i.assignee_id = u.id and not exists (
        select from returned d where (d.kind, d.key, d.work, d.id) = ('users', o.key, 'items', i.id)))
    union all select 'follows tickets' where exists (select from app.ticket_followers f where f.user_id = u.id)
    union all select 'follows items' where exists (select from app.item_followers f where f.user_id = u.id)) as w
union all
select o.kind, o.key, w.what
  from objects o join app.teams t on o.kind = 'teams' and t.key = o.key
  cross join lateral (
    select 'has tickets' as what where exists (
      select from app.tickets x where x.team_id = t.id and not exists (
        select from returned d where (d.kind, d.key, d.work, d.id) = ('teams', o.key, 'tickets', x.id)))
    union all select 'has items' where exists (
      select from app.items x where x.team_id = t.id and not exists (
        select from returned d where (d.kind, d.key, d.work, d.id) = ('teams', o.key, 'items', x.id)))) as w
union all
select o.kind, o.key, 'has API keys'
  from objects o join app.roles r on o.kind = 'roles' and r.key = o.key
 where exists (select from app.api_keys k where k.role_id = r.id and k.revoked_at is null
                                            and (k.expires_at is null or k.expires_at > now()))
union all
select o.kind, o.key, w.what
  from objects o join app.statuses s on o.kind = 'statuses' and s.key = o.key
  cross join lateral (
    select 'has tickets' as what where exists (select from app.tickets x where x.status_id = s.id)
    union all select 'has items' where exists (select from app.items x where x.status_id = s.id)) as w
union all
select o.kind, o.key, w.what
  from objects o join app.priorities p on o.kind = 'priorities' and p.key = o.key
  cross join lateral (
    select 'has tickets' as what where exists (select from app.tickets x where x.priority_id = p.id)
    union all select 'has items' where exists (select from app.items x where x.priority_id = p.id)) as w
union all
select o.kind, o.key, 'has items'
  from objects o join app.projects p on o.kind = 'projects' and p.key = o.key
 where exists (select from app.items x where x.project_id = p.id)
union all
select o.kind, o.key, 'has values'
  from objects o join app.custom_fields f on o.kind = 'custom_fields' and f.key = o.key
 where exists (select from app.ticket_field_values x where x.field_id = f.id)
    or exists (select from app.item_field_values x where x.field_id = f.id)
union all
select o.kind, o.key, 'has articles'
  from objects o join app.kb_categories c on o.kind = 'kb_categories' and c.key = o.key
 where exists (select from app.kb_articles x where x.category_id = c.id)
union all
select o.kind, o.key, 'has tickets'
  from objects o join app.forms f on o.kind = 'forms' and f.key = o.key
 where exists (select from app.tickets x where x.form_id = f.id and not exists (
   select from returned d where (d.kind, d.key, d.work, d.id) = ('forms', o.key, 'tickets', x.id)))
union all
select o.kind, o.key, 'applies to tickets'
  from objects o join app.sla_policies p on o.kind = 'sla_policies' and p.key = o.key
 where exists (select from app.tickets x where x.sla_policy_id = p.id and not exists (
   select from returned d where (d.kind, d.key, d.work, d.id) = ('sla_policies', o.key, 'tickets', x.id)))
union all
select o.kind, o.key, 'has run'
  from objects o join app.automations a on o.kind = 'automations' and a.key = o.key
 where exists (select from app.automation_runs x where x.automation_id = a.id)
 order by 1, 2, 3
