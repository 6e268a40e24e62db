-- Whose access ended while a tenant was out of reach, for it is held for deletion. It ends there before the tenant's
-- application is let in again.
create table acctl.departures (
  tenant_id uuid not null references acctl.tenants on delete cascade,
  email     varchar(320) not null check (email = lower(email)),
  people    uuid[] not null,                              -- the same in the registry's grants, under whatever address
  roles_too boolean not null,                             -- offboarded; else suspended, keeping roles and teams
  run       text not null,                                -- that asked for it
  at        timestamptz not null default now(),
  primary key (tenant_id, email)
);
