-- name: users_present
select lower(u.email) from app.users u where lower(u.email) = any ($1::text[]) order by 1

-- name: object_was_deleted
select exists (select from acctl.changes c join acctl.runs r on r.id = c.run_id
                where c.kind = $1 and c.key = $2 and c.action = 'remove' and r.outcome = 'done')

-- name: near_users
-- Addresses that may have been meant by $1, which is nobody's.
select lower(u.email)
  from app.users u
 where left(lower(u.email), 1) = left($1, 1) or split_part(lower(u.email), '@', 1) = split_part($1, '@', 1)
 order by abs(length(u.email) - length($1)), lower(u.email) collate "C"
 limit 500
