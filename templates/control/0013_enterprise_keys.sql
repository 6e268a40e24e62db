-- API keys of an enterprise: each is the same key in all its tenants, whose rows are made from these. Only the hash of
-- a key is stored, here as there.
create table acctl.enterprise_keys (
  id             uuid primary key default gen_random_uuid(),
  enterprise_id  bigint not null references acctl.enterprises,
  name           text not null check (name <> ''),
  prefix         text not null check (prefix ~ '^[A-Za-z0-9_-]{4,16}$'),
  key_hash       text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  -- What it may do in each tenant: what this role says there, or these permissions (key -> level, null for the widest).
  role           text check (role <> ''),
  permissions    jsonb check (jsonb_typeof(permissions) = 'object'),
  created_by     text not null,
  created_at     timestamptz not null default now(),
  expires_at     timestamptz,
  revoked_at     timestamptz,
  check ((role is null) <> (permissions is null))
);
create index enterprise_keys_enterprise on acctl.enterprise_keys (enterprise_id);
create unique index enterprise_keys_name on acctl.enterprise_keys (enterprise_id, name) where revoked_at is null;
