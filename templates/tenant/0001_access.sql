-- Who may do what: the catalogue of permissions, the bundles that hand them out (roles, role templates), the people
-- who receive them and their teams. Also the two rows that acctl itself relies on: whose database this is, and how
-- often its configuration has changed.

create schema app;

-- -------------------------------------------------------------------------------------------------------------------
-- acctl's own rows. The application has no privilege on schema acctl.

-- Whose database this is. Compared after each connect (database names can be truncated, moved, restored), and fenced:
-- a writer whose epoch is not the one stored here has lost its turn. Empty in the template database.
create table acctl.tenant (
  single      boolean primary key default true check (single),
  tenant_id   uuid not null,
  slug        varchar(63) not null check (slug <> ''),
  epoch       bigint not null check (epoch >= 0),
  pack        varchar(63) not null,
  pack_digest varchar(64) not null,
  seat_limit  integer check (seat_limit >= 0),           -- null: no limit
  created_at  timestamptz not null default now()
);

-- One number that moves with every change of the configuration, whoever makes it; so "nothing has changed" is one row
-- to read. A row and not a sequence: a sequence shows its new value before the change that caused it is committed, and
-- a reader would file the old rows under the new number.
create table acctl.revision (
  single  boolean primary key default true check (single),
  counter bigint not null
);

insert into acctl.revision (counter) values (0);

-- Security definer, so that the application's writes count although it cannot touch this schema. Always fired before
-- the statement: whoever changes the configuration then takes the lock on this row before any other, which serialises
-- the rare writers and leaves them no order to deadlock in.
create function acctl.bump_revision() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  update acctl.revision set counter = counter + 1;
  return null;
end
$$;

-- -------------------------------------------------------------------------------------------------------------------
-- Permissions and their bundles. `manager` is who owns a row's definition; null: seeded or made by hand.

create function app.touch() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- The catalogue. The row "*" means everything, including permissions added later; who holds it is an admin.
create table app.permissions (
  id           bigint generated always as identity primary key,
  key          text not null unique
                 check (key = '*' or (key ~ '^[a-z0-9][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*$' and length(key) <= 63)),
  category     text not null check (category <> ''),
  description  text,
  levels       jsonb,                                    -- null: simply held or not
  widest_level text generated always as (
                 case when levels ? 'global' then 'global'
                      when levels ? 'group' then 'group'
                      when levels ? 'restricted' then 'restricted' end) stored,
  manager      text check (manager <> ''),
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint permissions_levels check (
    levels is null
    or (jsonb_typeof(levels) = 'array' and levels <> '[]' and levels <@ '["global", "group", "restricted"]')),
  constraint permissions_everything_has_no_levels check (key <> '*' or levels is null)
);

create table app.roles (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name        text not null check (name <> ''),
  description text,
  scope       text not null default 'organization' check (scope in ('organization', 'enterprise')),
  system      boolean not null default false,            -- seeded, cannot be deleted
  manager     text check (manager <> ''),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

create function app.keep_system_role() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  raise exception 'role "%" is a system role and cannot be deleted', old.key using errcode = 'restrict_violation';
end
$$;

create trigger keep_system_role before delete on app.roles
  for each row when (old.system) execute function app.keep_system_role();

create table app.role_templates (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name        text not null check (name <> ''),
  description text,
  manager     text check (manager <> ''),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

-- -------------------------------------------------------------------------------------------------------------------
-- People. A row is a seat: it is taken by the invitation and freed by deleting the row, by nothing else. There is no
-- status "deleted"; what a deleted user wrote stays with app.authors (0002).
create table app.users (
  id               bigint generated always as identity primary key,
  email            text not null
                     check (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$' and octet_length(email) <= 320),
  name             text,
  status           text not null default 'invited' check (status in ('invited', 'active', 'suspended')),
  role_template_id bigint references app.role_templates on delete restrict,
  crm_access       boolean not null default false,       -- as set; what applies is app.crm_access (0002)
  idp              text not null default 'local'
                     check (idp in ('local', 'entra', 'google', 'okta', 'duo', 'saml', 'oidc')),
  external_id      text check (external_id <> ''),       -- the person's id at the identity provider or directory
  session_hours    integer check (session_hours between 1 and 8760),  -- null: the tenant's setting
  invited_at       timestamptz not null default now(),
  activated_at     timestamptz,                          -- sign-up completed; reactivating returns there, or to invited
  suspended_at     timestamptz,
  last_sign_in_at  timestamptz,
  manager          text check (manager <> ''),
  created_at       timestamptz not null default now(),
  updated_at       timestamptz not null default now()
);

create unique index users_email on app.users (lower(email));
create unique index users_external_id on app.users (idp, external_id) where external_id is not null;
create index users_role_template on app.users (role_template_id) where role_template_id is not null;
create index users_last_sign_in on app.users (status, last_sign_in_at);

-- Teams say who gets work, roles say what one may do; neither follows from the other.
create table app.teams (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name        text not null check (name <> ''),
  description text,
  assignment  text not null default 'manual' check (assignment in ('manual', 'round_robin', 'least_loaded')),
  capacity    integer check (capacity > 0),              -- open tickets and items per member; null: no limit
  notify      boolean not null default true,
  manager     text check (manager <> ''),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

-- -------------------------------------------------------------------------------------------------------------------
-- Edges. Deleting an owner takes its edges along; what is still handed out or still held cannot be deleted. A user's
-- roles are the exception: they have to be revoked before the user can go.
--
-- A table whose rows are always short gets no TOAST table and no index of it: two files less to copy for each tenant.
-- So `text` stays out of tables like these, here and in what follows, where a length is known anyway.

create table app.role_permissions (
  role_id       bigint not null references app.roles on delete cascade,
  permission_id bigint not null references app.permissions on delete restrict,
  -- null: the widest that the permission knows
  level         varchar(10) check (level in ('global', 'group', 'restricted')),
  created_at    timestamptz not null default now(),
  primary key (role_id, permission_id)
);

create table app.role_template_permissions (
  role_template_id bigint not null references app.role_templates on delete cascade,
  permission_id    bigint not null references app.permissions on delete restrict,
  level            varchar(10) check (level in ('global', 'group', 'restricted')),
  created_at       timestamptz not null default now(),
  primary key (role_template_id, permission_id)
);

create table app.user_permissions (
  user_id       bigint not null references app.users on delete cascade,
  permission_id bigint not null references app.permissions on delete restrict,
  level         varchar(10) check (level in ('global', 'group', 'restricted')),
  created_at    timestamptz not null default now(),
  primary key (user_id, permission_id)
);

create table app.user_roles (
  user_id    bigint not null references app.users on delete restrict,
  role_id    bigint not null references app.roles on delete restrict,
  expires_at timestamptz,                                -- null: until revoked; past: no longer counts
  created_at timestamptz not null default now(),
  primary key (user_id, role_id)
);

create table app.team_members (
  team_id    bigint not null references app.teams on delete cascade,
  user_id    bigint not null references app.users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (team_id, user_id)
);

-- What has ended by itself is nobody's any more, and holds nothing back.
create function app.drop_ended_grants() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  delete from app.user_roles
   where expires_at <= now()
     and case when tg_relid = 'app.users'::regclass then user_id = old.id else role_id = old.id end;
  return old;
end
$$;

create trigger drop_ended_grants before delete on app.users
  for each row execute function app.drop_ended_grants();
create trigger drop_ended_grants before delete on app.roles
  for each row execute function app.drop_ended_grants();

create index role_permissions_permission on app.role_permissions (permission_id, role_id);
create index role_template_permissions_permission on app.role_template_permissions (permission_id, role_template_id);
create index user_permissions_permission on app.user_permissions (permission_id, user_id);
create index user_roles_role on app.user_roles (role_id, user_id);
create index user_roles_expiry on app.user_roles (expires_at) where expires_at is not null;
create index team_members_user on app.team_members (user_id, team_id);

-- A level has to be one that the permission knows. Checked at once for an edge; for the catalogue at the end of the
-- transaction, because there the permission is narrowed first and its edges follow.
create function app.check_edge_level() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  permission app.permissions;
begin
  select * into permission from app.permissions where id = new.permission_id;
  if not found or permission.levels ? new.level then      -- not found: left to the foreign key
    return new;
  end if;
  raise exception 'permission "%" cannot be held at level "%"', permission.key, new.level
    using errcode = 'check_violation', hint = 'Its levels: ' || coalesce(permission.levels::text, 'none') || '.';
end
$$;

create trigger check_level before insert or update of permission_id, level on app.role_permissions
  for each row when (new.level is not null) execute function app.check_edge_level();
create trigger check_level before insert or update of permission_id, level on app.role_template_permissions
  for each row when (new.level is not null) execute function app.check_edge_level();
create trigger check_level before insert or update of permission_id, level on app.user_permissions
  for each row when (new.level is not null) execute function app.check_edge_level();

create function app.check_permission_levels() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  permission app.permissions;
  stray      text;
begin
  -- The row as it is now: `new` is what one statement wrote, and a later one may have mended it.
  select * into permission from app.permissions where id = new.id;
  select edge.level into stray
    from (select level from app.role_permissions where permission_id = new.id
          union all
          select level from app.role_template_permissions where permission_id = new.id
          union all
          select level from app.user_permissions where permission_id = new.id) as edge
   where not coalesce(permission.levels ? edge.level, false) and edge.level is not null
   limit 1;
  if stray is not null then
    raise exception 'permission "%" is still held at level "%"', permission.key, stray
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create constraint trigger check_levels after update of levels on app.permissions
  deferrable initially deferred
  for each row when (old.levels is distinct from new.levels) execute function app.check_permission_levels();

-- -------------------------------------------------------------------------------------------------------------------
-- Every table above counts in acctl.revision, every object keeps updated_at.

do $$
declare
  name text;
begin
  foreach name in array array['permissions', 'roles', 'role_templates', 'users', 'teams'] loop
    execute format('create trigger touch before update on app.%I for each row execute function app.touch()', name);
  end loop;
  foreach name in array array['permissions', 'roles', 'role_templates', 'teams', 'role_permissions',
                              'role_template_permissions', 'user_permissions', 'user_roles', 'team_members'] loop
    execute format('create trigger bump_revision before insert or update or delete or truncate on app.%I '
                   'for each statement execute function acctl.bump_revision()', name);
  end loop;
end
$$;

-- All columns but last_sign_in_at: people signing in are no change of the configuration, and must not queue for one
-- row. A column added to app.users belongs in this list too.
create trigger bump_revision
  before insert or delete or truncate
      or update of email, name, status, role_template_id, crm_access, idp, external_id, session_hours, invited_at,
                   activated_at, suspended_at, manager
  on app.users for each statement execute function acctl.bump_revision();

-- -------------------------------------------------------------------------------------------------------------------
-- Grants. The application reads the catalogue but cannot extend it, and cannot declare a role a system role or revoke
-- that; users and roles it edits on behalf of the tenant's own admins.

grant usage on schema app to acctl_app, acctl_operator;
grant usage on schema acctl to acctl_operator;
grant select, insert, update on acctl.tenant to acctl_operator;
grant select on acctl.revision to acctl_operator;

grant select, insert, update, delete
  on app.permissions, app.roles, app.role_templates, app.users, app.teams, app.role_permissions,
     app.role_template_permissions, app.user_permissions, app.user_roles, app.team_members
  to acctl_operator;

grant select, insert, update, delete
  on app.role_templates, app.users, app.teams, app.role_permissions, app.role_template_permissions,
     app.user_permissions, app.user_roles, app.team_members
  to acctl_app;
grant select on app.permissions to acctl_app;
grant select, delete, insert (key, name, description, scope, manager), update (key, name, description, scope, manager)
  on app.roles to acctl_app;

grant usage on all sequences in schema app to acctl_app, acctl_operator;
