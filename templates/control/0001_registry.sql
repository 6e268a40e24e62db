-- The registry: which tenants there are, what each was promised and where it lives.

create table acctl.settings (
  key    text primary key check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
  value  jsonb not null
);
comment on table acctl.settings is 'What holds for the whole platform: base_domain, storage_root.';

create table acctl.plans (
  key            text primary key check (key ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name           text not null check (name <> ''),
  seats          integer check (seats > 0),
  projects       integer check (projects > 0),
  storage_bytes  bigint check (storage_bytes > 0),
  features       jsonb not null default '{}' check (jsonb_typeof(features) = 'object'),
  position       integer not null default 0
);
comment on table acctl.plans is 'Limits (null: none) and features that a subscription gives.';

insert into acctl.plans (key, name, seats, projects, storage_bytes, features, position) values
  ('trial',      'Trial',      10,   5,    5368709120,    '{"custom_roles": false, "sso": false, "crm": true}', 1),
  ('pro',        'Pro',        100,  100,  107374182400,  '{"custom_roles": true, "sso": false, "crm": true}',  2),
  ('enterprise', 'Enterprise', null, null, null,          '{"custom_roles": true, "sso": true, "crm": true}',   3);

create table acctl.servers (
  id                 bigint generated always as identity primary key,
  name               text not null unique check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  region             text not null default 'default',
  -- Without password; null: the cluster that holds this control database.
  dsn                text,
  state              text not null default 'active' check (state in ('active', 'draining', 'removed')),
  -- The most tenants it takes; null: no limit.
  capacity           integer check (capacity > 0),
  -- What it was when last seen: a restored or foreign server is recognised by these.
  system_identifier  text,
  timeline           integer,
  created_at         timestamptz not null default now()
);

create table acctl.enterprises (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name        text not null check (name <> ''),
  -- The administrator of its first tenant, who was made enterprise admin with it; null: there was no tenant yet.
  founder     text,
  created_at  timestamptz not null default now()
);

-- Roles that somebody has in every tenant of an enterprise, in those added later too. The assignments are rows of the
-- tenants; this is what they are made from.
create table acctl.enterprise_grants (
  enterprise_id  bigint not null references acctl.enterprises,
  email          text not null check (email = lower(email) and email <> ''),
  role           text not null check (role <> ''),
  granted_by     text not null,
  granted_at     timestamptz not null default now(),
  primary key (enterprise_id, email, role)
);

create table acctl.tenants (
  id              uuid primary key default gen_random_uuid(),
  -- A label of a host name, and the name of the tenant's database.
  slug            text not null check (slug ~ '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$'),
  name            text not null check (name <> ''),
  status          text not null default 'provisioning'
                  check (status in ('provisioning', 'active', 'suspended', 'deprovisioning', 'deleted', 'failed')),
  plan            text not null references acctl.plans,
  subscription    text not null default 'trialing'
                  check (subscription in ('trialing', 'active', 'past_due', 'canceled')),
  trial_ends_at   timestamptz,
  seats           integer check (seats > 0),
  -- As counted when acctl last wrote to the tenant; the tenant itself is the truth.
  seats_used      integer not null default 0,
  server_id       bigint not null references acctl.servers,
  database_name   text not null check (octet_length(database_name) <= 63),
  owner_role      text not null check (octet_length(owner_role) <= 63),
  app_role        text not null check (octet_length(app_role) <= 63),
  -- Reserved for this tenant alone until it is deleted; the storage is an absolute folder.
  support_address text check (support_address = lower(support_address)),
  storage         text check (storage <> ''),
  pack            text not null,
  schema_version  integer not null default 0,
  enterprise_id   bigint references acctl.enterprises,
  labels          jsonb not null default '{}' check (jsonb_typeof(labels) = 'object'),
  admin_email     text not null,
  admin_name      text not null,
  -- Fencing: each run that works on the tenant takes the next number, and each of its writes checks that no later run
  -- has taken one since.
  epoch           bigint not null default 0,
  created_at      timestamptz not null default now(),
  activated_at    timestamptz,
  suspended_at    timestamptz,
  hold_until      timestamptz,
  deleted_at      timestamptz,
  check (subscription <> 'trialing' or trial_ends_at is not null),
  check (status <> 'active' or (activated_at is not null and schema_version > 0)),
  check ((status = 'deleted') = (deleted_at is not null)),
  check ((status = 'suspended') = (suspended_at is not null))
);
-- A slug, and with it the name of the database, is free again once its tenant is deleted, which is after the drop.
create unique index tenants_slug on acctl.tenants (slug) where status <> 'deleted';
create unique index tenants_database on acctl.tenants (server_id, database_name) where status <> 'deleted';
create unique index tenants_support_address on acctl.tenants (support_address);
create unique index tenants_storage on acctl.tenants (storage);
create index tenants_labels on acctl.tenants using gin (labels);

create table acctl.tenant_steps (
  tenant_id    uuid not null references acctl.tenants on delete cascade,
  position     integer not null,
  name         text not null,
  status       text not null default 'pending' check (status in ('pending', 'done', 'failed')),
  attempts     integer not null default 0,
  error        text,
  started_at   timestamptz,
  finished_at  timestamptz,
  primary key (tenant_id, position),
  unique (tenant_id, name),
  check ((status = 'failed') = (error is not null))
);

-- Host names, which only one tenant can have. They are reserved with the registry row, before anything is made, and given
-- back when the tenant is deleted.
create table acctl.routes (
  hostname   text primary key check (hostname = lower(hostname) and octet_length(hostname) <= 253),
  tenant_id  uuid not null references acctl.tenants,
  custom     boolean not null default false
);
create index routes_tenant on acctl.routes (tenant_id);

-- What the front ends may route. A route has no flag of its own to publish it: that its tenant is active does, so
-- that an unfinished tenant cannot be reached whatever else goes wrong.
create view acctl.published_routes as
select r.hostname, r.custom, t.id as tenant_id, t.slug, s.name as server, t.database_name
  from acctl.routes r
  join acctl.tenants t on t.id = r.tenant_id
  join acctl.servers s on s.id = t.server_id
 where t.status = 'active';

-- A tenant's configuration as it was when it was deleted, in the definitions format.
create table acctl.tenant_exports (
  id              bigint generated always as identity primary key,
  tenant_id       uuid not null references acctl.tenants,
  schema_version  integer not null,
  document        text not null,
  created_at      timestamptz not null default now()
);
create index tenant_exports_tenant on acctl.tenant_exports (tenant_id);

-- A tenant with everything that is shown of it, one row each.
create view acctl.tenant_overview as
select t.id, t.slug, t.name, t.status, t.plan, s.name as server, t.database_name, t.pack, t.schema_version,
       t.labels::text as labels, e.key as enterprise, t.seats_used, coalesce(t.seats, p.seats) as seats_limit,
       t.storage, t.support_address,
       to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as created_at,
       to_char(t.activated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as activated_at,
       t.owner_role, t.app_role, t.admin_email, t.admin_name, t.epoch, s.region, t.seats,
       (select string_agg(r.hostname, ' ' order by r.custom, r.hostname collate "C")
          from acctl.routes r where r.tenant_id = t.id) as hostnames,
       -- Fields end with chr(31), which the error, if there is one, cannot hold: ten thousand tenants have eighty
       -- thousand steps, and reading them as JSON costs more than all the rest.
       (select string_agg(concat_ws(chr(31), x.name, x.status, x.attempts, translate(coalesce(x.error, ''), chr(31), ' '))
                          || chr(31), '' order by x.position)
          from acctl.tenant_steps x where x.tenant_id = t.id) as steps,
       to_char(t.hold_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hold_until,
       coalesce(t.hold_until <= now(), true) as hold_is_over, s.dsn as server_dsn,
       -- For filters.
       t.labels as label_set, t.created_at as created
  from acctl.tenants t
  join acctl.servers s on s.id = t.server_id
  join acctl.plans p on p.key = t.plan
  left join acctl.enterprises e on e.id = t.enterprise_id;
