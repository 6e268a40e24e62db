-- Messages that the application queues are true and few: acctl sends them under the platform's name, and nobody else
-- stands between the application and whoever it has made a user.

-- Binds the application, after check_recipients() at the end of the statement. Counts what is there, whoever queued it.
create function app.check_own_messages() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  wrong record;
begin
  if not acctl.is_application() then
    return null;
  end if;
  select mail.recipient, mail.purpose, owner.status into wrong
    from touched as mail
    join app.users as owner on owner.id = mail.user_id
   where case mail.purpose when 'deactivated' then owner.status <> 'suspended'
                           when 'reactivated' then owner.status = 'suspended'
                           else owner.status <> 'invited' end
   limit 1;
  if found then
    raise exception 'a message "%" is not for "%", who is %', wrong.purpose, wrong.recipient, wrong.status
      using errcode = 'check_violation';
  end if;
  select owner.email as recipient into wrong
    from app.users as owner
   where owner.id in (select mail.user_id from touched as mail)
     and (select count(*) from app.outbox as each
           where each.user_id = owner.id and each.queued_at > now() - interval '1 day') > 10
   limit 1;
  if found then
    raise exception 'more than 10 messages in a day to "%"', wrong.recipient
      using errcode = 'check_violation', hint = 'Wait a day; acctl itself is not bound by this.';
  end if;
  return null;
end
$$;

create trigger check_sincerity after insert on app.outbox
  referencing new table as touched for each statement execute function app.check_own_messages();
