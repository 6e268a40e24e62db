-- The rules about people that the application and acctl share, so that neither can forget them: seats, invitations,
-- sessions, what a suspension ends, what remains of a deleted user, and what anybody may effectively do.

-- -------------------------------------------------------------------------------------------------------------------
-- Seats. No lock of its own is needed: acctl.bump_revision has locked the revision row before the insert began, so two
-- transactions that add users come one after the other, and the count below sees what the first has committed.
create function acctl.check_seats() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  allowed integer;
  used    bigint;
begin
  select seat_limit into allowed from acctl.tenant;
  if allowed is null then
    return null;
  end if;
  select count(*) into used from app.users;
  if used > allowed then
    raise exception 'the limit of % seats is exceeded: % would be taken', allowed, used
      using errcode = 'configuration_limit_exceeded', hint = 'Delete users who are not needed, or raise the limit.';
  end if;
  return null;
end
$$;

create trigger check_seats after insert on app.users
  for each statement execute function acctl.check_seats();

-- -------------------------------------------------------------------------------------------------------------------
-- Authors: the tombstones. History refers to an author, which has the id of the user and outlives it. So a deleted user
-- is really gone (row, seat, address free, personal data erased), and two deleted colleagues still are two persons in
-- what they wrote. `on delete set null` would merge them all; a status "deleted" would have to be remembered by each
-- query on users.
create table app.authors (
  id         bigint primary key,                         -- equals app.users.id; identity values are never used twice
  name       text not null,
  deleted_at timestamptz
);

-- Security definer: the application writes users, never authors.
create function app.keep_authors() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if tg_op = 'INSERT' then
    insert into app.authors (id, name)
      select touched.id, coalesce(nullif(touched.name, ''), touched.email) from touched;
  elsif tg_op = 'UPDATE' then
    update app.authors as author
       set name = coalesce(nullif(touched.name, ''), touched.email)
      from touched
     where author.id = touched.id and author.name <> coalesce(nullif(touched.name, ''), touched.email);
  else
    update app.authors as author
       set name = 'Deleted user', deleted_at = now()
      from touched
     where author.id = touched.id;
  end if;
  return null;
end
$$;

create trigger keep_authors_insert after insert on app.users
  referencing new table as touched for each statement execute function app.keep_authors();
create trigger keep_authors_update after update on app.users
  referencing new table as touched for each statement execute function app.keep_authors();
create trigger keep_authors_delete after delete on app.users
  referencing old table as touched for each statement execute function app.keep_authors();

-- -------------------------------------------------------------------------------------------------------------------
-- Ways in. Only hashes are stored (SHA-256, 32 bytes).

-- Pending: neither accepted nor revoked; one per user, expired ones included. A resend renews that very row (nonce,
-- hash, expiry), so the old link dies with it. Accepting is one conditional update, on database time:
--   update … set accepted_at = now() where token_hash = $1 and accepted_at is null and revoked_at is null
--   and expires_at > now()
create table app.invitations (
  id          uuid primary key default gen_random_uuid(),  -- part of the token's derivation: unique beyond this tenant
  user_id     bigint not null references app.users on delete cascade,
  email       text not null,                               -- the address that the token is bound to
  token_hash  bytea not null unique check (octet_length(token_hash) = 32),
  nonce       bytea not null check (octet_length(nonce) between 16 and 32),
  resends     integer not null default 0 check (resends >= 0),
  invited_by  bigint references app.authors on delete restrict,  -- null: platform staff
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  accepted_at timestamptz,
  revoked_at  timestamptz,
  constraint invitations_one_end check (accepted_at is null or revoked_at is null),
  constraint invitations_expiry check (expires_at > created_at)
);

create unique index invitations_pending on app.invitations (user_id) where accepted_at is null and revoked_at is null;
create index invitations_user on app.invitations (user_id, created_at);

-- Mails that wait, and what became of those that went. A row is written in the transaction that gives the reason for it,
-- and at most once for each run, recipient and purpose. The text is made when it is sent; its token is derived again.
create table app.outbox (
  id            uuid primary key default gen_random_uuid(),  -- the Message-ID, too
  run           varchar(63) not null,                    -- or 'seed': whom the tenant began with
  purpose       varchar(31) not null check (purpose in ('invitation', 'resend', 'deactivated', 'reactivated')),
  recipient     text not null,
  user_id       bigint not null references app.users on delete cascade,
  invitation_id uuid references app.invitations on delete cascade,
  nonce         bytea,                                   -- of the invitation: after a resend the link is another
  status        varchar(10) not null default 'queued' check (status in ('queued', 'sent', 'failed', 'canceled')),
  attempts      integer not null default 0 check (attempts >= 0),
  not_before    timestamptz not null default now(),
  error         text,
  queued_at     timestamptz not null default now(),
  sent_at       timestamptz,
  constraint outbox_once unique (run, recipient, purpose),
  constraint outbox_sent check ((status = 'sent') = (sent_at is not null)),
  constraint outbox_invitation check ((purpose in ('invitation', 'resend')) = (invitation_id is not null))
);

create index outbox_queued on app.outbox (not_before, id) where status = 'queued';
create index outbox_user on app.outbox (user_id);

create table app.sessions (
  id           uuid primary key default gen_random_uuid(),
  user_id      bigint not null references app.users on delete cascade,
  token_hash   bytea not null unique check (octet_length(token_hash) = 32),
  address      inet,
  user_agent   text,
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at   timestamptz not null,
  ended_at     timestamptz
);

create index sessions_user on app.sessions (user_id, last_seen_at);
create index sessions_live on app.sessions (expires_at) where ended_at is null;

create table app.api_keys (
  id           bigint generated always as identity primary key,
  user_id      bigint not null references app.users on delete cascade,
  name         text not null check (name <> ''),
  prefix       text not null check (prefix ~ '^[A-Za-z0-9_-]{4,16}$'),  -- shown in lists; no part of the secret
  key_hash     bytea not null unique check (octet_length(key_hash) = 32),
  created_by   bigint references app.authors on delete restrict,        -- null: platform staff
  created_at   timestamptz not null default now(),
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);

create unique index api_keys_name on app.api_keys (user_id, name) where revoked_at is null;

-- Apart from app.users, so that nothing that lists users can carry a hash along.
create table app.credentials (
  user_id       bigint primary key references app.users on delete cascade,
  password_hash varchar(255) not null
                  check (password_hash ~ '^pbkdf2_sha256\$[0-9]+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+$'),
  must_change   boolean not null default false,
  updated_at    timestamptz not null default now()
);

create trigger touch before update on app.credentials for each row execute function app.touch();

-- -------------------------------------------------------------------------------------------------------------------
-- What a change of status brings with it, whoever makes the change.

create function app.stamp_status() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  if new.status = 'active' then
    new.activated_at := coalesce(new.activated_at, now());
  end if;
  new.suspended_at := case when new.status = 'suspended' then coalesce(new.suspended_at, now()) end;
  return new;
end
$$;

create trigger stamp_status before insert or update of status, activated_at, suspended_at on app.users
  for each row execute function app.stamp_status();

-- Suspending ends every way in at once; a new address ends the invitation that was sent to the old one.
create function app.end_access() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  update app.invitations set revoked_at = now() where user_id = new.id and accepted_at is null and revoked_at is null;
  update app.outbox set status = 'canceled', error = 'the invitation was revoked'
   where user_id = new.id and status = 'queued' and invitation_id is not null;
  if new.status = 'suspended' then
    update app.sessions set ended_at = now() where user_id = new.id and ended_at is null;
    update app.api_keys set revoked_at = now() where user_id = new.id and revoked_at is null;
  end if;
  return null;
end
$$;

create trigger end_access after update of status, email on app.users
  for each row
  when ((new.status = 'suspended' and old.status <> 'suspended') or lower(new.email) <> lower(old.email))
  execute function app.end_access();

-- And no new one is opened. The user's row is held, so that a suspension either is seen here or sees what came of this.
create function app.refuse_suspended() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  owner app.users;
begin
  select * into owner from app.users where id = new.user_id for share;
  if owner.status = 'suspended' then
    raise exception 'user "%" is suspended', owner.email using errcode = 'check_violation';
  end if;
  return new;
end
$$;

create trigger refuse_suspended before insert on app.sessions
  for each row execute function app.refuse_suspended();
create trigger refuse_suspended before insert on app.api_keys
  for each row execute function app.refuse_suspended();

-- -------------------------------------------------------------------------------------------------------------------
-- Effective access. Views, not stored rows: a change counts at the user's next action.

-- Every grant that counts, one row per way. Suspended users hold nothing. Invited users are included: they cannot sign
-- in yet, but what they are about to hold has to be visible, reviewed and tested beforehand.
create view app.permission_grants as
  select grants.user_id, grants.permission_id, grants.level, grants.via
    from (select user_id, permission_id, level, 'direct' collate "C" as via
            from app.user_permissions
          union all
          select held.user_id, edge.permission_id, edge.level, ('role:' || role.key) collate "C"
            from app.user_roles as held
            join app.roles as role on role.id = held.role_id
            join app.role_permissions as edge on edge.role_id = role.id
           where held.expires_at is null or held.expires_at > now()
          union all
          select holder.id, edge.permission_id, edge.level, ('template:' || template.key) collate "C"
            from app.users as holder
            join app.role_templates as template on template.id = holder.role_template_id
            join app.role_template_permissions as edge on edge.role_template_id = template.id) as grants
    join app.users as u on u.id = grants.user_id
   where u.status in ('active', 'invited');

-- Whoever holds "*", by whatever way. One who can sign in has status 'active'.
create view app.admins as
  select u.id as user_id, u.email, u.status
    from app.users as u
   where exists (select from app.permission_grants as held
                   join app.permissions as permission on permission.id = held.permission_id
                  where held.user_id = u.id and permission.key = '*');

-- The CRM flag as it applies. Admins always have access; by a view and not by a trigger that sets the flag, because a
-- flag once set would outlive the admin role, and would differ for ever from a definitions file that says otherwise.
create view app.crm_access as
  select u.id as user_id, u.email,
         u.status in ('active', 'invited')
           and (u.crm_access or exists (select from app.admins as admin where admin.user_id = u.id)) as crm_access
    from app.users as u;

-- What each user may do. Level: the widest of all ways; a grant without a level counts as the widest that the
-- permission knows; null where it knows none. "*" is listed itself and expanded to the whole catalogue. Permissions of
-- the resource crm need CRM access on top of a grant; nothing else depends on that flag. Ask by user_id: only that
-- condition reaches the indexes through the grouping.
create view app.effective_permissions as
  select u.id as user_id, u.email, permission.key as permission,
         (array['global', 'group', 'restricted'])[min(array_position(array['global', 'group', 'restricted'],
                                                                     coalesce(held.level, permission.widest_level)))]
           as level,
         array_agg(distinct held.via order by held.via) as via
    from (select user_id, permission_id, level, via
            from app.permission_grants
          union all
          select everything.user_id, other.id, null, everything.via
            from app.permission_grants as everything
            join app.permissions as star on star.id = everything.permission_id and star.key = '*'
            join app.permissions as other on other.key <> '*') as held
    join app.users as u on u.id = held.user_id
    join app.permissions as permission on permission.id = held.permission_id
   where permission.key not like 'crm.%'
      or u.crm_access
      or exists (select from app.admins as admin where admin.user_id = u.id)
   group by u.id, permission.id;

-- -------------------------------------------------------------------------------------------------------------------

grant select, insert, update, delete
  on app.invitations, app.outbox, app.sessions, app.api_keys, app.credentials
  to acctl_app, acctl_operator;
grant select on app.authors to acctl_app;
grant select, insert, update, delete on app.authors to acctl_operator;
grant select on app.permission_grants, app.admins, app.crm_access, app.effective_permissions
  to acctl_app, acctl_operator;
grant usage on all sequences in schema app to acctl_app, acctl_operator;
