-- What is kept of tenants that leave, how they come back, and who of staff looks into one.

-- A dump of all data can stand beside an export: a file of pg_dump's custom format, absolute, on the machine that has
-- the tenants' files.
alter table acctl.tenant_exports
  add data_file   text check (data_file ~ '^/'),
  add data_bytes  bigint check (data_bytes > 0),
  add data_sha256 text check (data_sha256 ~ '^[0-9a-f]{64}$'),
  add constraint tenant_exports_data check ((data_file is null) = (data_bytes is null)
                                            and (data_file is null) = (data_sha256 is null));

-- From which export a tenant is being made, or was: the same call goes on with it, another one is refused. Written
-- before the tenant is.
create table acctl.restores (
  slug        varchar(63) primary key,
  source      varchar(200) not null,                      -- SHA-256 of the export, and of the dump with it
  run         text not null,                              -- that began it
  begun_at    timestamptz not null default now(),
  tenant_id   uuid references acctl.tenants,              -- once it is restored
  finished_at timestamptz,
  check ((tenant_id is null) = (finished_at is null))
);
create index restores_tenant on acctl.restores (tenant_id) where tenant_id is not null;

-- Sessions of staff in tenants' databases, each with a database role of its own. The row is written before the role is
-- made, and ended after it is dropped: whatever is killed, no role is without its row.
create table acctl.connections (
  id         bigint generated always as identity primary key,
  tenant_id  uuid not null references acctl.tenants,
  role       varchar(63) not null unique check (role ~ '^acctl_visit_[0-9a-f]{24}$'),
  writes     boolean not null,
  run        text not null,
  actor      text not null,
  reason     text not null check (reason <> ''),
  opened_at  timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at   timestamptz,
  ended_by   varchar(31) check (ended_by in ('closed', 'expired', 'disconnected', 'abandoned')),
  check ((ended_at is null) = (ended_by is null)),
  check (expires_at > opened_at)
);
create index connections_tenant on acctl.connections (tenant_id);
