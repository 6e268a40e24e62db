-- What the application may say of mail: that one of the tenant's own users is to be told something. To whom it goes, and
-- whether acctl can send at all, is not its business.

-- A valid e-mail address, the same as check_email() (provisioning/model/names.cpp); one test runs the same cases through
-- both. Not only for the sake of mail: a leading dash is an option to programs, a line end a header or a command. Several
-- simple conditions, because captures and lookahead make PostgreSQL's expressions seven times as slow.
create function app.is_address(address text) returns boolean
  language sql immutable parallel safe
  return octet_length(address) <= 254
     and strpos(address, '@') <= 65
     and address ~ ('^[A-Za-z0-9!#$%&''*+/=?^_`{|}~](?:[.]?[A-Za-z0-9!#$%&''*+/=?^_`{|}~-])*'
                    '@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?[.])+[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$')
     and address !~ '[.][0-9]+$'
     and (octet_length(address) - strpos(address, '@') <= 63 or address !~ '@.*[^.]{64}');

-- Binds everybody who gives somebody an address. Triggers and no constraint of the table: a row that is older than the
-- rule has to stay changeable, or its user could not be suspended.
create function app.refuse_address() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  raise exception '"%" is not a valid e-mail address', new.email using errcode = 'check_violation';
end
$$;

create trigger check_address before insert on app.users
  for each row when (not app.is_address(new.email)) execute function app.refuse_address();
create trigger check_new_address before update of email on app.users
  for each row when (new.email is distinct from old.email and not app.is_address(new.email))
  execute function app.refuse_address();

-- Binds everybody. At the end of the statement, because acctl adds users, invitations and messages by one. Security
-- definer: what counts is what is there, not what the writer can see. acctl looks the recipient up again when it sends.
create function app.check_recipients() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  stray text;
begin
  select mail.recipient into stray
    from touched as mail
    left join app.users as owner on owner.id = mail.user_id
    left join app.invitations as invitation on invitation.id = mail.invitation_id
   where not app.is_address(mail.recipient)
      or lower(mail.recipient) is distinct from lower(owner.email)
      or mail.invitation_id is not null
         and (invitation.user_id is distinct from mail.user_id
              or lower(invitation.email) is distinct from lower(mail.recipient))
   limit 1;
  if found then
    raise exception '"%" is not the address of the user whom the message is for', stray
      using errcode = 'check_violation', hint = 'The recipient is app.users.email, and that of the invitation.';
  end if;
  return null;
end
$$;

create trigger check_recipients after insert on app.outbox
  referencing new table as touched for each statement execute function app.check_recipients();

-- The application can queue a message and see what became of it. Without a privilege to update or delete it cannot lock
-- rows or the table either, which would keep acctl from marking what it has sent. acctl never changes whom a message is
-- for.
revoke all on app.outbox from acctl_app, acctl_operator;
grant select, insert (run, purpose, recipient, user_id, invitation_id, nonce) on app.outbox to acctl_app, acctl_operator;
grant update (status, attempts, not_before, error, sent_at) on app.outbox to acctl_operator;

-- So this, which cancels messages in the name of whoever changes a user, needs rights of its own.
alter function app.end_access() security definer;

-- Whoever delivers this tenant's messages holds this row until they are marked. Not an advisory lock, which any session
-- can take, the application's too; not a row that anything else needs, for a mail server that hangs must not keep
-- anybody from suspending a user.
create table acctl.outbox_lock (single boolean not null check (single));
insert into acctl.outbox_lock values (true);
grant select, update on acctl.outbox_lock to acctl_operator;
