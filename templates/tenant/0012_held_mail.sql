-- Messages that are held until somebody releases them ('outbox deliver --held'): those that a run with --no-mail queues.
-- Such a run says so by a setting of its session; a statement that queues a message need not know.
alter table app.outbox
  drop constraint outbox_status_check,
  add constraint outbox_status_check check (status in ('queued', 'held', 'sent', 'failed', 'canceled')),
  alter column status set default
    case when current_setting('acctl.hold_mail', true) = 'on' then 'held' else 'queued' end;

-- As 0006_rules.sql has it, and what is held is canceled, too.
create or replace function app.end_access() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if new.status <> 'invited' or lower(new.email) <> lower(old.email) then
    update app.invitations set revoked_at = now() where user_id = new.id and accepted_at is null and revoked_at is null;
    update app.outbox set status = 'canceled', error = 'the invitation was revoked'
     where user_id = new.id and status in ('queued', 'held') and invitation_id is not null;
  end if;
  if old.status = 'active' and new.status <> 'active' or new.status = 'suspended' then
    update app.sessions set ended_at = now() where user_id = new.id and ended_at is null;
    update app.api_keys set revoked_at = now() where user_id = new.id and revoked_at is null;
  end if;
  return null;
end
$$;
