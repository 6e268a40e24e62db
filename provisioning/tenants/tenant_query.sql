-- name: target_list
-- The tenants that configuration runs on, with what such a run has to know and no more: each table and function that a
-- new session touches costs it time, and for a join or a sort it looks up more still. $1: slugs, or null for all. In no
-- order.
select t.id, t.slug, t.status, t.plan, (select s.name from acctl.servers s where s.id = t.server_id),
       (select s.dsn from acctl.servers s where s.id = t.server_id),
       (select s.region from acctl.servers s where s.id = t.server_id), t.database_name, t.schema_version, t.labels,
       (select e.key from acctl.enterprises e where e.id = t.enterprise_id), t.epoch, t.ledger_id,
       t.ledger_run
  from acctl.tenants t
 where t.status <> 'deleted' and ($1::text[] is null or t.slug = any ($1::text[]))

-- name: plan_features
select p.key, f.key from acctl.plans p, jsonb_each(p.features) f where f.value = 'true' order by 1, 2
