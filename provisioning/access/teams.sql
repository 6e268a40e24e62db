-- name: team_list
-- $1: one team, or null for all.
select t.key, t.name, t.description, t.assignment, t.capacity, t.notify, t.manager,
       (select count(*) from app.team_members m where m.team_id = t.id and (m.expires_at is null or m.expires_at > now()))
  from app.teams t
 where $1::text is null or t.key = $1
 order by t.key collate "C"

-- name: members_of_team
select lower(u.email), u.status, to_char(m.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from app.team_members m join app.users u on u.id = m.user_id join app.teams t on t.id = m.team_id
 where t.key = $1 and (m.expires_at is null or m.expires_at > now())
 order by lower(u.email) collate "C"
