-- What staff change about a tenant after it was created: limits and features of its own, beside those of its plan, notes,
-- custom domains that wait to be verified, and which registry file declares it.

alter table acctl.tenants
  -- In place of those of the plan; null: no limit.
  add limits    jsonb not null default '{}'
                check (jsonb_typeof(limits) = 'object' and limits - array['projects', 'storage_bytes'] = '{}'),
  add features  jsonb not null default '{}' check (jsonb_typeof(features) = 'object'),
  add notes     text check (notes <> '' and length(notes) <= 2000),
  -- Who declares the tenant in a registry file ('acctl tenant apply'), and what that file said last.
  add manager   text check (manager <> ''),
  add declared  jsonb check (jsonb_typeof(declared) = 'object'),
  add constraint tenants_manager check ((manager is null) = (declared is null));
create index tenants_declared on acctl.tenants (manager) where manager is not null;

-- What a tenant may use. The one place that combines a plan with what the tenant has of its own.
create view acctl.entitlements as
select t.id as tenant_id, p.key as plan, coalesce(t.seats, p.seats) as seats,
       case when t.limits ? 'projects' then (t.limits ->> 'projects')::integer else p.projects end as projects,
       case when t.limits ? 'storage_bytes' then (t.limits ->> 'storage_bytes')::bigint
            else p.storage_bytes end as storage_bytes,
       p.features || t.features as features
  from acctl.tenants t join acctl.plans p on p.key = t.plan;

-- A custom domain is reserved at once and published when it is verified: somebody has shown that the tenant may use it.
-- Those of a tenant's creation are vouched for by whoever creates it.
alter table acctl.routes add verified_at timestamptz;
update acctl.routes set verified_at = now() where custom;

create or replace view acctl.published_routes as
select r.hostname, r.custom, t.id as tenant_id, t.slug, s.name as server, t.database_name
  from acctl.routes r
  join acctl.tenants t on t.id = r.tenant_id
  join acctl.servers s on s.id = t.server_id
 where t.status = 'active' and (r.verified_at is not null or not r.custom);

create or replace view acctl.tenant_overview as
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
       t.labels as label_set, t.created_at as created,
       t.ledger_id, t.ledger_run, to_char(t.ledger_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ledger_at,
       t.status_before,
       to_char(t.seats_as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seats_as_of,
       t.subscription,
       case when t.subscription = 'trialing'
            then to_char(t.trial_ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end as trial_ends_at,
       case when t.subscription = 'trialing' then t.trial_ends_at end as trial_ends, t.activated_at as activated,
       g.projects as projects_limit, g.storage_bytes as storage_limit,
       case when t.limits <> '{}' or t.features <> '{}'
            then jsonb_build_object('limits', t.limits, 'features', t.features)::text end as overrides,
       t.notes
  from acctl.tenants t
  join acctl.servers s on s.id = t.server_id
  join acctl.plans p on p.key = t.plan
  join acctl.entitlements g on g.tenant_id = t.id
  left join acctl.enterprises e on e.id = t.enterprise_id;
