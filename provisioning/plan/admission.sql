-- name: usable_admins
-- Without an end: active ones, who can sign in, and invited ones, who will be able to; then those who are admin for a time.
select count(*) filter (where a.status = 'active' and a.permanent),
       count(*) filter (where a.status = 'invited' and a.permanent), count(*) filter (where not a.permanent)
  from app.admins a

-- name: time_zone
-- Fails with 22023 where the server knows no zone $1.
select pg_catalog.timezone($1::text, now())

-- name: seats
-- Their limit, null for none, how many are taken, and when this was so.
select (select t.seat_limit from acctl.tenant t), count(*),
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.users
