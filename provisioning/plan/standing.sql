-- name: rights_of_user
-- Whether $1 holds one of the permissions $2 on everything, and the first that is held at a narrower level alone: what it
-- gives at that level reaches tickets and items, and no configuration.
select u.status, coalesce(held.wide, false), held.narrow
  from app.users u
 cross join lateral (
   select bool_or(g.rank = 0) as wide, min(g.key) filter (where g.rank > 0) as narrow
     from (select p.key,
                  coalesce(array_position(array['group', 'restricted'], coalesce(g.level, p.widest_level)), 0) as rank
             from app.permission_grants g join app.permissions p on p.id = g.permission_id
            where g.user_id = u.id and p.key = any ($2::text[])) g) held
 where lower(u.email) = $1
