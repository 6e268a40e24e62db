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
