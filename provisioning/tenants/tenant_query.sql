-- name: target_list
-- The tenants that configuration runs on, with what such a run has to know and no more: each table and function that a
-- new session touches costs it time, and for a join or a sort it looks up more still. $1: slugs, or null for all. In no
-- order.
select t.id, t.slug, t.status, t.plan, (select s.name from acctl.servers s where s.id = t.server_id),
       (select s.dsn from acctl.servers s where s.id = t.server_id),
       (select s.region from acctl.servers s where s.id = t.server_id), t.database_name, t.schema_version, t.labels,
       (select e.key from acctl.enterprises e where e.id = t.enterprise_id), t.epoch, t.ledger_id,
       t.ledger_run, t.support_address, t.pack
  from acctl.tenants t
 where t.status <> 'deleted' and ($1::text[] is null or t.slug = any ($1::text[]))

-- name: tenant_features
-- What is turned on for the tenants $1 (ids), by their plans and by themselves.
select e.tenant_id, f.key from acctl.entitlements e, jsonb_each(e.features) f
 where e.tenant_id = any ($1::uuid[]) and f.value = 'true' order by 1, 2

-- name: filter_names
-- What tenants can be selected by: of each property, and of 'label', the names that there are.
select 'plan', key from acctl.plans
union all select 'server', name from acctl.servers where state <> 'removed'
union all select distinct 'region', region from acctl.servers where state <> 'removed'
union all select 'enterprise', key from acctl.enterprises
union all select distinct 'pack', t.pack from acctl.tenants t where t.status <> 'deleted'
union all select distinct 'feature', f.key from acctl.plans p cross join lateral jsonb_object_keys(p.features) f(key)
union all select distinct 'feature', f.key from acctl.tenants t cross join lateral jsonb_object_keys(t.features) f(key)
 where t.status <> 'deleted'
union all select 'override', x.key from unnest(array['seats', 'projects', 'storage_bytes']) x(key)
union all select distinct 'override', f.key from acctl.plans p cross join lateral jsonb_object_keys(p.features) f(key)
union all select distinct 'override', f.key from acctl.tenants t cross join lateral jsonb_object_keys(t.features) f(key)
 where t.status <> 'deleted'
union all select distinct 'label', l.key from acctl.tenants t cross join lateral jsonb_object_keys(t.labels) l(key)
 where t.status <> 'deleted'
