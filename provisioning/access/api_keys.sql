-- name: api_key_list
-- $1: of one user, or null for all; $2: revoked ones, too.
select lower(u.email), k.name, k.prefix,
       case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' else 'active' end,
       to_char(k.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.last_used_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.api_keys k join app.users u on u.id = k.user_id
 where ($1::text is null or lower(u.email) = $1) and ($2::boolean or k.revoked_at is null)
 order by lower(u.email) collate "C", k.name collate "C", k.id

-- name: user_for_key
-- Held until the end of the transaction: whoever suspends the user comes before, or finds the key and ends it.
select u.status from app.users u where lower(u.email) = $1 for share

-- name: create_api_key
-- No row: the user has a key of that name.
insert into app.api_keys (user_id, name, prefix, key_hash, expires_at)
select u.id, $2, $3, decode($4, 'hex'), $5::text::timestamptz from app.users u where lower(u.email) = $1
on conflict (user_id, name) where revoked_at is null do nothing
returning to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- name: revoke_api_key
update app.api_keys k set revoked_at = now()
  from app.users u
 where u.id = k.user_id and lower(u.email) = $1 and k.name = $2 and k.revoked_at is null
returning k.prefix
