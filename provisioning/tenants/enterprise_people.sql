-- name: enterprise_chief_roles
-- Roles that reach the entire enterprise, and whether each gives everything here.
select r.key,
       exists (select from app.role_permissions e join app.permissions p on p.id = e.permission_id and p.key = '*'
                where e.role_id = r.id)
  from app.roles r
 where r.scope = 'enterprise'

-- name: moved_enterprise_people
-- Who has another address than the registry was told of, and marks it as told.
with moved as (
  update acctl.enterprise_holdings h
     set known_as = lower(u.email)
    from app.users u
   where u.id = h.user_id and h.known_as <> lower(u.email)
  returning h.person, lower(u.email) as email
)
select distinct person, email from moved

-- name: end_enterprise_holdings
-- Ends what the people $1 hold by grants, or, with false for $7, what is held by others than the grants of the people
-- $1 of the roles $8. With entries of the ledger in the run $2 (command $3, actor $4, origin $5, reason $6), which may
-- have written here before; $9 is the enterprise. The users from whom a role was taken, with the role.
with ended as (
  delete from acctl.enterprise_holdings h
   where case when $7::boolean then h.person = any ($1::uuid[])
              else not exists (select from unnest($1::uuid[], $8::text[]) as g(person, role)
                                where g.person = h.person and g.role = h.role) end
  returning h.user_id, h.role, h.kept, h.kept_until
), gone as (
  delete from app.user_roles held
   using ended e, app.roles r, app.users u
   where held.user_id = e.user_id and r.key = e.role and held.role_id = r.id and u.id = e.user_id and not e.kept
  returning lower(u.email) || '/' || e.role as key
), back as (
  update app.user_roles held
     set expires_at = e.kept_until
    from ended e join app.roles r on r.key = e.role
   where held.user_id = e.user_id and held.role_id = r.id and e.kept_until is not null
), begun as (
  select r.id from acctl.runs r where r.run = $2
), fresh_run as (
  insert into acctl.runs (run, command, outcome, actor, origin, reason)
  select $2, $3, 'done', $4, $5, nullif($6, '') where exists (select from gone) and not exists (select from begun)
  returning id
), run as (
  select id from begun union all select id from fresh_run
), entry as (
  select 1 as part, 'user_roles' as kind, gone.key, jsonb_build_object() as fields from gone
  union all
  select 2, 'enterprise_grants', lower(u.email) || '/' || e.role,
         jsonb_build_object('enterprise', jsonb_build_object('before', $9::text, 'after', null))
    from ended e join app.users u on u.id = e.user_id
), logged as (
  insert into acctl.changes (run_id, number, action, kind, key, fields)
  select run.id,
         coalesce((select max(c.number) from acctl.changes c where c.run_id = run.id), 0)
           + row_number() over (order by entry.part, entry.key collate "C"),
         'remove', entry.kind, entry.key, entry.fields
    from entry, run
)
select gone.key from gone order by 1

-- name: hold_enterprises
-- In one order whoever asks, so that no two runs wait for each other.
select pg_advisory_lock(hashtextextended('acctl enterprise ' || s.key, 0))
  from (select e.key from unnest($1::text[]) as e(key) order by e.key) as s

-- name: let_enterprises_go
select count(pg_advisory_unlock(hashtextextended('acctl enterprise ' || e.key, 0))) from unnest($1::text[]) as e(key)
