-- name: enterprise_holdings
-- Everything that is linked here; kept_until as long as it is ahead.
select lower(u.email), h.role, h.person, h.known_as, h.kept,
       case when h.kept_until > now() then to_char(h.kept_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end,
       coalesce(h.kept_until <= now(), false), u.status
  from acctl.enterprise_holdings h join app.users u on u.id = h.user_id
 order by lower(u.email) collate "C", h.role collate "C"
