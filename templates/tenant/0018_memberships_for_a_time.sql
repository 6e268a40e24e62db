-- Members of a team for a time, as roles are granted for a time: who stands in for somebody leaves the team again.

alter table app.team_members add column expires_at timestamptz;
comment on column app.team_members.expires_at is 'null: until removed; past: no longer counts, see app.current_team_members';

-- Who is in a team now: what an application asks.
create view app.current_team_members with (security_invoker = true) as
select m.team_id, m.user_id, m.expires_at
  from app.team_members m
 where m.expires_at is null or m.expires_at > now();

grant select on app.current_team_members to acctl_app, acctl_operator;
