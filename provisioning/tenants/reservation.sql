-- name: tenant_exists
select exists (select from acctl.tenants where slug = $1 and status <> 'deleted')

-- name: reserve_tenant
-- $1 slug, $2 name, $3 plan, $4 seats, $5 pack, $6 server, $7 region, $8 enterprise, $9 labels, $10 and $11 the
-- administrator, $12 host names, $13 support address, $14 folder of all storage, $15 steps; lists are separated by
-- spaces. $16 to $19 who acts, $20 the audit entry's "after", $21 the tenant it is a clone of, $22 whether
-- a restore or a clone fills it. $23 to $27 subscription (null: a trial that begins), end of the trial, limits, features and notes.
-- One statement: the tenant, all names that only it can
-- have, its steps and the audit entry come into being together. No row: the tenant exists, there is no such plan or
-- enterprise, or no server fits.
with fitting as (
  select s.id, s.name, s.region, s.dsn, s.capacity, p.seats, p.projects, p.storage_bytes, p.features,
         count(*) over () as choices
    from acctl.servers s join acctl.plans p on p.key = $3
   where s.state = 'active' and ($6::text is null or s.name = $6) and ($7::text is null or s.region = $7)
), placed as (
  select f.*, gen_random_uuid() as tenant_id, (select e.id from acctl.enterprises e where e.key = $8) as enterprise_id
    from fitting f
   cross join lateral (
           -- Counted only where there is a choice or a limit.
           select case when f.capacity is null and f.choices = 1 then 0
                       else (select count(*) from acctl.tenants t where t.server_id = f.id and t.status <> 'deleted')
                  end as tenants) load
   where f.capacity is null or load.tenants < f.capacity
   order by load.tenants::numeric / coalesce(f.capacity, 10000), f.id limit 1
), tenant as (
  insert into acctl.tenants (id, slug, name, plan, seats, server_id, database_name, owner_role, app_role, pack,
                             enterprise_id, labels, admin_email, admin_name, epoch, support_address, storage,
                             subscription, trial_ends_at, limits, features, notes, cloned_from)
  select p.tenant_id, $1, $2, $3, $4::integer, p.id, $1,
         'acctl_owner',
         'acctl_' || substr(replace(p.tenant_id::text, '-', ''), 1, 12) || '_app',
         $5, p.enterprise_id, $9::jsonb, $10, $11, 1, $13, $14::text || '/' || p.tenant_id,
         coalesce($23, 'trialing'), case when $23::text is null then now() + interval '90 days' else $24::timestamptz end,
         coalesce($25::jsonb, '{}'), coalesce($26::jsonb, '{}'), $27, $21::uuid
    from placed p
   where ($8::text is null or p.enterprise_id is not null)
     and not exists (select from acctl.tenants t where t.slug = $1 and t.status <> 'deleted')
  returning id, owner_role, app_role, storage, created_at, trial_ends_at
), steps as (
  insert into acctl.tenant_steps (tenant_id, position, name)
  select t.id, x.position, x.name
    from tenant t, unnest(string_to_array($15, ' ')) with ordinality as x(name, position)
), routes as (
  -- A custom domain is reserved here and published once it is verified, which is for 'tenant edit' to find out.
  insert into acctl.routes (hostname, tenant_id, custom)
  select x.name, t.id, x.position > 1
    from tenant t, unnest(string_to_array($12, ' ')) with ordinality as x(name, position)
), forgotten as (
  -- A restore or clone under this slug that never came to be is not resumed in a tenant that is none of its.
  delete from acctl.restores r using tenant t where r.slug = $1 and r.tenant_id is null and not $22::boolean
), entry as (
  insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, after)
  select $16, $17, $18, nullif($19, ''), 'tenant.create', 'done', t.id, $1, $20::jsonb from tenant t
)
select t.id, t.owner_role, t.app_role, t.storage, to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), p.name, p.region,
       p.dsn, coalesce($4::integer, p.seats), p.projects, p.storage_bytes, p.features,
       to_char(t.trial_ends_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  from tenant t, placed p

-- name: enterprise_exists
select exists (select from acctl.enterprises where key = $1)

-- name: plan_keys
select key from acctl.plans order by position, key

-- name: repair_reservations
-- Puts back what a tenant that is not deleted must have reserved: $2 hostname, $3 support address, $4 storage. What
-- another tenant has meanwhile is not taken from it.
with route as (
  insert into acctl.routes (hostname, tenant_id) values ($2, $1) on conflict (hostname) do nothing
)
update acctl.tenants t
   set support_address = coalesce(t.support_address,
         (select $3::text where not exists (select from acctl.tenants o where o.support_address = $3))),
       storage = coalesce(t.storage, (select $4::text where not exists (select from acctl.tenants o where o.storage = $4)))
 where t.id = $1
