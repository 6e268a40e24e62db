-- What an enterprise has granted in one of its tenants, in that tenant's database.

-- name: enterprise_people_here
-- Of the people $1 (ids of the registry, '' for one it does not know yet), whom it knows under the addresses $2: their
-- place in the lists, address and status here. Whoever is linked is that person under whatever address; else the
-- address decides, the present one before the one that was linked last.
select distinct on (w.place) w.place, lower(u.email), u.status
  from unnest($1::text[], $2::text[]) with ordinality as w(person, email, place)
  join app.users u
    on lower(u.email) = w.email
    or u.id in (select h.user_id from acctl.enterprise_holdings h
                 where h.person::text = w.person or (h.known_as = w.email and w.person = ''))
 order by w.place,
          exists (select from acctl.enterprise_holdings h where h.user_id = u.id and h.person::text = w.person) desc,
          lower(u.email) = w.email desc, u.id

-- name: enterprise_holdings
-- Everything that is linked here; kept_until as long as it is ahead.
select lower(u.email), h.role, h.person, h.known_as, h.kept,
       case when h.kept_until > now() then to_char(h.kept_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
       coalesce(h.kept_until <= now(), false), u.status
  from acctl.enterprise_holdings h join app.users u on u.id = h.user_id
 order by lower(u.email) collate "C", h.role collate "C"

-- name: link_enterprise_grants
-- To the users $1 the roles $2 by the grants of the people $3, known as $4; $5 whether they had the role before, $6
-- until when. What was linked before stays kept only where both say so.
insert into acctl.enterprise_holdings as h (user_id, role, person, known_as, kept, kept_until)
select u.id, x.role, x.person::uuid, x.known_as, x.kept, x.kept_until::timestamptz
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[])
       as x(email, role, person, known_as, kept, kept_until)
  join app.users u on lower(u.email) = x.email
on conflict (user_id, role) do update
   set person = excluded.person, known_as = excluded.known_as, kept = h.kept and excluded.kept,
       kept_until = case when h.kept and excluded.kept then h.kept_until end

-- name: unlink_enterprise_grants
delete from acctl.enterprise_holdings h
 using unnest($1::text[], $2::text[]) as x(email, role), app.users u
 where lower(u.email) = x.email and h.user_id = u.id and h.role = x.role

-- name: enterprise_chief_roles
-- Roles that reach the entire enterprise and give everything.
select r.key
  from app.roles r
  join app.role_permissions e on e.role_id = r.id
  join app.permissions p on p.id = e.permission_id and p.key = '*'
 where r.scope = 'enterprise'
 order by r.key collate "C"

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
-- have written here before. The users from whom a role was taken, with the role.
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
), logged as (
  insert into acctl.changes (run_id, number, action, kind, key, fields)
  select run.id,
         coalesce((select max(c.number) from acctl.changes c where c.run_id = run.id), 0)
           + row_number() over (order by gone.key collate "C"),
         'remove', 'user_roles', gone.key, '{}'
    from gone, run
)
select gone.key from gone order by 1

-- name: stray_enterprise_roles
-- Holders of a role that reaches the entire enterprise who are not linked to a grant.
select lower(u.email), r.key
  from app.roles r
  join app.user_roles held on held.role_id = r.id and (held.expires_at is null or held.expires_at > now())
  join app.users u on u.id = held.user_id
 where r.scope = 'enterprise'
   and not exists (select from acctl.enterprise_holdings h where h.user_id = u.id and h.role = r.key)
 order by lower(u.email) collate "C", r.key collate "C"

-- name: roles_held
-- Which of the roles $2 the users $1 hold, pairwise.
select x.place
  from unnest($1::text[], $2::text[]) with ordinality as x(email, role, place)
  join app.users u on lower(u.email) = x.email
  join app.roles r on r.key = x.role
  join app.user_roles held on held.user_id = u.id and held.role_id = r.id
   and (held.expires_at is null or held.expires_at > now())

-- name: active_admin
-- Whether $1 is an admin who can sign in, by a grant without end.
select exists (select from app.admins a where lower(a.email) = $1 and a.status = 'active')

-- name: active_admins
-- Admins who can sign in; two are as good as many.
select lower(a.email) from app.admins a where a.status = 'active' order by 1 limit 2
