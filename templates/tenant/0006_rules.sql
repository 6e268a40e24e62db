-- Rules that the application could break, kept by the database itself. Next to each stands whom it binds:
--   the application  every session whose login is not a member of acctl_operator. acctl's own commands answer to the
--                    guards of provisioning/plan/, which an operator can loosen deliberately and on record;
--   everybody        acctl and superusers included.
-- session_user and not current_user: foreign keys and security definer functions run as the owner of the tables.

create function acctl.is_application() returns boolean
  language sql stable
as $$ select not pg_catalog.pg_has_role(session_user, 'acctl_operator', 'member') $$;

-- -------------------------------------------------------------------------------------------------------------------
-- Plan, limits and features, as the registry has them: written when the tenant is seeded and whenever its plan changes.
-- Where they were never written, nothing is limited by them. Every value is stored plain: the row is short, and a TOAST
-- table with its index would be two more files to copy for each tenant.
alter table acctl.tenant
  add column plan varchar(63),
  add column project_limit integer check (project_limit >= 0),     -- null: no limit, as for storage
  add column storage_limit bigint check (storage_limit >= 0),      -- bytes
  add column features jsonb check (jsonb_typeof(features) = 'object'),
  alter column slug set storage plain,
  alter column pack set storage plain,
  alter column pack_digest set storage plain,
  alter column plan set storage plain,
  alter column features set storage plain;

-- What the application reads of it, with the use as it is now. An archived project counts: only deleting frees it.
create view app.plan as
  select t.plan, t.seat_limit, (select count(*) from app.users) as seats_used,
         t.project_limit, (select count(*) from app.projects) as projects_used,
         t.storage_limit as storage_limit_bytes,
         (select coalesce(sum(a.size_bytes), 0)::bigint from app.attachments as a) as storage_used_bytes,
         coalesce(t.features, '{}') as features
    from acctl.tenant as t;

grant select on app.plan to acctl_app, acctl_operator;

-- Binds the application. Seats (0002) bind everybody.
create function acctl.check_projects() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  allowed integer;
  used    bigint;
begin
  select project_limit into allowed from acctl.tenant;
  if allowed is null then
    return null;
  end if;
  select count(*) into used from app.projects;
  if used > allowed then
    raise exception 'the limit of % projects is exceeded: % would exist', allowed, used
      using errcode = 'configuration_limit_exceeded', hint = 'Delete projects that are not needed, or change the plan.';
  end if;
  return null;
end
$$;

create trigger check_projects after insert on app.projects
  for each statement when (acctl.is_application()) execute function acctl.check_projects();

-- -------------------------------------------------------------------------------------------------------------------
-- Admins. One who is admin only for a time is none tomorrow: `permanent` says whether some way to "*" has no end.

create view acctl.admin_grants as
  select edge.user_id, true as permanent
    from app.user_permissions as edge
    join app.permissions as permission on permission.id = edge.permission_id
   where permission.key = '*'
  union all
  select held.user_id, held.expires_at is null
    from app.user_roles as held
    join app.role_permissions as edge on edge.role_id = held.role_id
    join app.permissions as permission on permission.id = edge.permission_id
   where permission.key = '*' and (held.expires_at is null or held.expires_at > now())
  union all
  select holder.id, true
    from app.users as holder
    join app.role_template_permissions as edge on edge.role_template_id = holder.role_template_id
    join app.permissions as permission on permission.id = edge.permission_id
   where permission.key = '*';

-- Whoever holds "*", by whatever way. One who can sign in has status 'active'.
create or replace view app.admins as
  select u.id as user_id, u.email, u.status, held.permanent
    from app.users as u
    join (select user_id, bool_or(permanent) as permanent from acctl.admin_grants group by user_id) as held
      on held.user_id = u.id
   where u.status in ('active', 'invited');

-- 2: an active admin whose role has no end; 1: one who was only invited or is admin for a time; 0: nobody.
-- Asked at every change by the application: so it looks for one and does not count all, beginning with "*".
create function acctl.admin_standing() returns smallint
  language sql stable set search_path = pg_catalog
as $$
  select case
    when exists (select
                   from app.permissions as permission
                   join app.role_permissions as edge on edge.permission_id = permission.id
                   join app.user_roles as held on held.role_id = edge.role_id and held.expires_at is null
                   join app.users as u on u.id = held.user_id and u.status = 'active'
                  where permission.key = '*')
      then 2
    else coalesce((select max(case when a.status = 'active' and a.permanent then 2 else 1 end) from app.admins as a), 0)
  end::smallint
$$;

-- Binds the application: no transaction of it ends with a lower standing than it found. A tenant whose admin has not
-- signed up yet can be worked with, and what ends by itself is no write. The row of acctl.revision remembers what the
-- transaction found; every statement that could matter passes by it first.
alter table acctl.revision
  add column writer xid8,
  add column standing smallint;

create or replace function acctl.bump_revision() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  last_writer xid8;
begin
  update acctl.revision set counter = counter + 1 returning writer into last_writer;
  -- Looked at in a statement of its own: only that sees what others committed while we waited for the row.
  if acctl.is_application() and last_writer is distinct from pg_current_xact_id() then
    update acctl.revision set writer = pg_current_xact_id(), standing = acctl.admin_standing();
  end if;
  return null;
end
$$;

create function acctl.keep_admin() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if acctl.admin_standing() < new.standing then
    raise exception 'the tenant would be left without %',
      case new.standing when 2 then 'an active admin whose role has no end' else 'an admin' end
      using errcode = 'restrict_violation', hint = 'Make somebody else an admin first.';
  end if;
  return null;
end
$$;

-- Once for each statement, not for each transaction: "set constraints … immediate" would use up the only check.
create constraint trigger keep_admin after update on acctl.revision
  deferrable initially deferred
  for each row when (new.standing > 0 and new.writer = pg_current_xact_id()) execute function acctl.keep_admin();

-- -------------------------------------------------------------------------------------------------------------------
-- Roles.

-- Binds the application: a system role keeps its key, its name and "*".
create function acctl.keep_system_role() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  raise exception 'role "%" is a system role and keeps its key and name', old.key using errcode = 'restrict_violation';
end
$$;

create trigger keep_system_name before update of key, name on app.roles
  for each row when (old.system and (new.key <> old.key or new.name <> old.name) and acctl.is_application())
  execute function acctl.keep_system_role();

create function acctl.keep_everything() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  role_key text;
begin
  select role.key into role_key
    from app.roles as role, app.permissions as permission
   where role.id = old.role_id and role.system and permission.id = old.permission_id and permission.key = '*';
  if found then
    raise exception 'role "%" is a system role and keeps "*"', role_key using errcode = 'restrict_violation';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

create trigger keep_everything before update or delete on app.role_permissions
  for each row when (acctl.is_application()) execute function acctl.keep_everything();

-- Binds the application: custom roles only where the plan has them, and none that reaches the entire enterprise.
create function acctl.check_custom_role() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if new.scope <> 'organization' then
    raise exception 'role "%" would reach the entire enterprise', new.key using errcode = 'insufficient_privilege';
  end if;
  if exists (select from acctl.tenant where features is not null and features -> 'custom_roles' is distinct from 'true') then
    raise exception 'the plan does not include custom roles'
      using errcode = 'configuration_limit_exceeded', hint = 'Change the plan, or use the roles that there are.';
  end if;
  return new;
end
$$;

create trigger check_custom_role before insert on app.roles
  for each row when (acctl.is_application()) execute function acctl.check_custom_role();
revoke update (scope) on app.roles from acctl_app;

-- Binds the application: an assignment that reaches the entire enterprise is neither made, changed nor taken away from
-- inside one tenant. One that has ended is nobody's any more.
create function acctl.keep_enterprise_roles() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  reaching text;
begin
  select role.key into reaching
    from app.roles as role
   where role.scope = 'enterprise'
     and (tg_op <> 'DELETE' and role.id = new.role_id
          or tg_op <> 'INSERT' and role.id = old.role_id and (old.expires_at is null or old.expires_at > now()));
  if found then
    raise exception 'role "%" reaches the entire enterprise and is not assigned in one tenant', reaching
      using errcode = 'insufficient_privilege';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

create trigger keep_enterprise_roles before insert or update or delete on app.user_roles
  for each row when (acctl.is_application()) execute function acctl.keep_enterprise_roles();

-- -------------------------------------------------------------------------------------------------------------------
-- Binds the application: who manages a row's definition is acctl's to say. Not by grants on columns: each would be a
-- row of pg_shdepend for each column of each tenant.
create function acctl.keep_manager() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if new.manager is not distinct from old.manager then      -- old: null when a row is inserted
    return new;
  end if;
  raise exception 'column "manager" of %.% is not the application''s to write', tg_table_schema, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

do $$
declare
  name text;
begin
  foreach name in array array['roles', 'role_templates', 'users', 'teams', 'statuses', 'priorities', 'business_hours',
                              'sla_policies', 'projects', 'custom_fields', 'views', 'automations', 'forms',
                              'email_templates', 'kb_categories', 'settings'] loop
    execute format('create trigger keep_manager before insert or update of manager on app.%I for each row '
                   'when (acctl.is_application()) execute function acctl.keep_manager()', name);
  end loop;
end
$$;

-- -------------------------------------------------------------------------------------------------------------------
-- Ways in.

-- A change of status or address ends what no longer fits. Binds everybody.
create or replace function app.end_access() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  if new.status <> 'invited' or lower(new.email) <> lower(old.email) then
    update app.invitations set revoked_at = now() where user_id = new.id and accepted_at is null and revoked_at is null;
    update app.outbox set status = 'canceled', error = 'the invitation was revoked'
     where user_id = new.id and status = 'queued' and invitation_id is not null;
  end if;
  if old.status = 'active' and new.status <> 'active' or new.status = 'suspended' then
    update app.sessions set ended_at = now() where user_id = new.id and ended_at is null;
    update app.api_keys set revoked_at = now() where user_id = new.id and revoked_at is null;
  end if;
  return null;
end
$$;

drop trigger end_access on app.users;
create trigger end_access after update of status, email on app.users
  for each row when (new.status <> old.status or lower(new.email) <> lower(old.email))
  execute function app.end_access();

-- No session and no key is opened, or opened again, for somebody suspended; nor, by the application, for somebody who
-- was only invited. The first part binds everybody.
--
-- A suspension either is seen here or sees what came of this: that takes a lock on the user's row. It is taken at the
-- end of the transaction, because locks have one order for all: acctl.revision first, which every change of the
-- configuration takes, then rows of app.users. So the application can sign somebody in and then change a team. What it
-- writes to app.users.last_sign_in_at locks that row at once, and belongs after the configuration in a transaction that
-- changes both. acctl waits but briefly for rows while it holds acctl.revision, and begins again: where both are in
-- each other's way it is acctl that gives way.
create function acctl.refuse_inactive() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  owner app.users;
  open  boolean;
begin
  if tg_when = 'BEFORE' then
    select * into owner from app.users where id = new.user_id;
  else
    select * into owner from app.users where id = new.user_id for share;
    if tg_relid = 'app.sessions'::regclass then
      select ended_at is null into open from app.sessions where id = new.id;
    else
      select revoked_at is null into open from app.api_keys where id = new.id;
    end if;
    if open is not true then                               -- ended or deleted by the same transaction
      return null;
    end if;
  end if;
  if owner.status = 'suspended' or owner.status = 'invited' and acctl.is_application() then
    raise exception 'user "%" is %', owner.email, owner.status using errcode = 'check_violation';
  end if;
  return new;
end
$$;

drop trigger refuse_suspended on app.sessions;
drop trigger refuse_suspended on app.api_keys;
drop function app.refuse_suspended();

create trigger refuse_inactive before insert or update of user_id, ended_at on app.sessions
  for each row when (new.ended_at is null) execute function acctl.refuse_inactive();
create trigger refuse_inactive before insert or update of user_id, revoked_at on app.api_keys
  for each row when (new.revoked_at is null) execute function acctl.refuse_inactive();
create constraint trigger refuse_inactive_at_end after insert or update of user_id, ended_at on app.sessions
  deferrable initially deferred
  for each row when (new.ended_at is null) execute function acctl.refuse_inactive();
create constraint trigger refuse_inactive_at_end after insert or update of user_id, revoked_at on app.api_keys
  deferrable initially deferred
  for each row when (new.revoked_at is null) execute function acctl.refuse_inactive();

-- A pending invitation is of somebody who was invited, to that user's address. Binds everybody. Inserts are checked as
-- a set: they come by the thousand.
create function acctl.check_invitations() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  stray record;
begin
  if tg_level = 'ROW' then
    select new.email as address, u.email, u.status into stray
      from app.users as u
     where u.id = new.user_id and (u.status <> 'invited' or lower(u.email) <> lower(new.email));
  else
    select i.email as address, u.email, u.status into stray
      from written as i
      join app.users as u on u.id = i.user_id
     where i.accepted_at is null and i.revoked_at is null
       and (u.status <> 'invited' or lower(u.email) <> lower(i.email))
     limit 1;
  end if;
  if found then
    raise exception 'an invitation to "%" does not fit user "%", who is %', stray.address, stray.email, stray.status
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create trigger check_invitations_insert after insert on app.invitations
  referencing new table as written for each statement execute function acctl.check_invitations();
create trigger check_invitations_update after update of user_id, email, accepted_at, revoked_at on app.invitations
  for each row when (new.accepted_at is null and new.revoked_at is null)
  execute function acctl.check_invitations();
