-- name: target_list
-- The tenants that configuration runs on, with what such a run has to know and no more: each table and function that a
-- new session touches costs it time. $1: slugs, or null for all.
select t.id, t.slug, t.status, t.plan, s.name, s.dsn, s.region, t.database_name, t.schema_version, t.labels, e.key, t.epoch
  from acctl.tenants t
  join acctl.servers s on s.id = t.server_id
  left join acctl.enterprises e on e.id = t.enterprise_id
 where t.status <> 'deleted' and ($1::text[] is null or t.slug = any ($1::text[]))
 order by t.slug collate "C"

-- name: plan_features
select p.key, f.key from acctl.plans p, jsonb_each(p.features) f where f.value = 'true' order by 1, 2
