-- name: rights_of_user
-- Whether $1 holds one of the permissions $2.
select u.status,
       exists (select from app.permission_grants g join app.permissions p on p.id = g.permission_id
                where g.user_id = u.id and p.key = any ($2::text[]))
  from app.users u where lower(u.email) = $1
