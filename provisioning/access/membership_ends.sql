-- name: membership_ends
select lower(u.email), to_char(m.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.team_members m join app.users u on u.id = m.user_id join app.teams t on t.id = m.team_id
 where t.key = $1 and m.expires_at > now()
