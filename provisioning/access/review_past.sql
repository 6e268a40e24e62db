-- name: end_of_expiring
-- When grants end that expire within $2 milliseconds of $1.
select to_char(($1::text::timestamptz + $2::bigint * interval '1 ms') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- name: shared_keys_at
-- The keys that are no user's and were good at $1.
select k.owner, k.name, k.prefix, r.key,
       (select json_agg(own.key || coalesce(':' || own.value, '') order by own.key collate "C")
          from jsonb_each_text(k.permissions) as own),
       null, lower(m.email), to_char(k.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       case when k.last_used_at <= t.at then to_char(k.last_used_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end
  from app.api_keys k
 cross join (select $1::text::timestamptz) as t(at)
  left join app.roles r on r.id = k.role_id
  left join app.users m on m.id = k.created_by
 where k.user_id is null and k.created_at <= t.at and (k.revoked_at is null or k.revoked_at > t.at)
   and (k.expires_at is null or k.expires_at > t.at)
 order by k.owner, k.name collate "C"
