-- Statistics after a run that has loaded much: until the server's own turn comes, a minute later or never on a busy one,
-- it plans as if the tables were empty. acctl does not own the tables, which analyzing takes.
create function acctl.refresh_statistics() returns void
  language plpgsql security definer set search_path = pg_catalog set client_min_messages = error
as $$
begin
  -- Another run may be at it: whoever comes second has nothing to add.
  analyze (skip_locked) app.users, app.user_roles, app.user_permissions, app.team_members, app.invitations, app.outbox,
    app.roles, app.role_permissions, app.teams, acctl.runs, acctl.changes;
end
$$;

revoke all on function acctl.refresh_statistics() from public;
grant execute on function acctl.refresh_statistics() to acctl_operator;

-- Rows are traced to the run that made them by their time.
create index runs_at on acctl.runs (at);
