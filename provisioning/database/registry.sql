-- The registry in the control database.

-- name: session_facts
-- The backend's own pid shows whether a pooler stands between: then no lock of ours would be held.
select pg_backend_pid()

-- name: platform_settings
-- With the backend's own pid, so that opening the platform is one question less.
select key, value #>> '{}', pg_backend_pid() from acctl.settings order by key

-- name: set_platform_setting
insert into acctl.settings (key, value) values ($1, to_jsonb($2::text))
on conflict (key) do update set value = excluded.value where settings.value <> excluded.value

-- name: add_first_server
insert into acctl.servers (name, region, dsn) values ('main', 'default', null) on conflict (name) do nothing

-- name: server_list
select s.id, s.name, s.region, s.dsn, s.state, count(t.id)
  from acctl.servers s left join acctl.tenants t on t.server_id = s.id and t.status <> 'deleted'
 where s.state <> 'removed'
 group by s.id order by s.name collate "C"

-- name: tenant_counts
select status, count(*) from acctl.tenants group by status order by status

-- name: create_enterprise
insert into acctl.enterprises (key, name) values ($1, $2) on conflict (key) do nothing

-- name: enterprise_list
select e.key, e.name, count(t.id)
  from acctl.enterprises e left join acctl.tenants t on t.enterprise_id = e.id and t.status <> 'deleted'
 where $1::text is null or e.key = $1
 group by e.id order by e.key collate "C"

-- name: lock_platform
-- One init or upgrade at a time, until the session ends: two would change the same roles and rights at once.
select pg_advisory_lock(hashtextextended('acctl platform', 0))

-- name: lock_tenant
select pg_advisory_lock(hashtextextended('acctl tenant ' || $1, 0))

-- name: unlock_tenant
select pg_advisory_unlock(hashtextextended('acctl tenant ' || $1, 0))

-- name: tenant_exists
select exists (select from acctl.tenants where slug = $1 and status <> 'deleted')

-- name: tenant_by_slug
select * from acctl.tenant_overview where slug = $1 and status <> 'deleted'

-- name: tenant_list
-- $1: {"slugs": […], "statuses": […], "plans": […], "servers": […], "regions": […], "enterprises": […],
--      "labels": {…}, "search": "…"}, each part optional. Deleted tenants only where a status asks for them.
select *
  from acctl.tenant_overview t
 where (not $1::jsonb ? 'slugs' or t.slug = any (array(select jsonb_array_elements_text($1::jsonb -> 'slugs'))))
   and (case when $1::jsonb ? 'statuses'
             then t.status = any (array(select jsonb_array_elements_text($1::jsonb -> 'statuses')))
             else t.status <> 'deleted' end)
   and (not $1::jsonb ? 'plans' or t.plan = any (array(select jsonb_array_elements_text($1::jsonb -> 'plans'))))
   and (not $1::jsonb ? 'servers' or t.server = any (array(select jsonb_array_elements_text($1::jsonb -> 'servers'))))
   and (not $1::jsonb ? 'regions' or t.region = any (array(select jsonb_array_elements_text($1::jsonb -> 'regions'))))
   and (not $1::jsonb ? 'enterprises'
        or t.enterprise = any (array(select jsonb_array_elements_text($1::jsonb -> 'enterprises'))))
   and (not $1::jsonb ? 'labels' or t.label_set @> ($1::jsonb -> 'labels'))
   and (not $1::jsonb ? 'search' or position(lower($1::jsonb ->> 'search') in lower(t.slug || ' ' || t.name)) > 0)
 order by t.slug collate "C", t.created

-- name: reserve_tenant
-- $1: the request; see registry.cpp. One statement: the tenant, all names that only it can have, its steps and the
-- audit entry come into being together. No row: no server fits.
with request as (
  select gen_random_uuid() as id, x.*
    from jsonb_to_record($1) as x(slug text, name text, plan text, seats integer, pack text, server text, region text,
                                  enterprise text, labels jsonb, admin_email text, admin_name text, hostnames jsonb,
                                  support_address text, storage_root text, steps jsonb)
), fitting as (
  select s.id, s.name, s.capacity
    from acctl.servers s, request r
   where s.state = 'active' and (r.server is null or s.name = r.server) and (r.region is null or s.region = r.region)
), load as (
  -- Counted only where there is a choice or a limit.
  select f.id, case when f.capacity is null and (select count(*) from fitting) = 1 then 0
                    else (select count(*) from acctl.tenants t where t.server_id = f.id and t.status <> 'deleted')
               end as tenants, f.capacity
    from fitting f
), placed as (
  select id from load where capacity is null or tenants < capacity
   order by tenants::numeric / coalesce(capacity, 10000), id limit 1
), tenant as (
  insert into acctl.tenants (id, slug, name, plan, seats, server_id, database_name, owner_role, app_role, pack,
                             enterprise_id, labels, admin_email, admin_name, epoch, support_address, storage,
                             trial_ends_at)
  select r.id, r.slug, r.name, r.plan, r.seats, p.id, r.slug,
         'acctl_' || substr(replace(r.id::text, '-', ''), 1, 12) || '_owner',
         'acctl_' || substr(replace(r.id::text, '-', ''), 1, 12) || '_app',
         r.pack, (select e.id from acctl.enterprises e where e.key = r.enterprise), coalesce(r.labels, '{}'),
         r.admin_email, r.admin_name, 1, r.support_address, r.storage_root || '/' || r.id, now() + interval '90 days'
    from request r, placed p
  returning *
), steps as (
  insert into acctl.tenant_steps (tenant_id, position, name)
  select t.id, x.ordinality, x.name
    from tenant t, request r, jsonb_array_elements_text(r.steps) with ordinality as x(name, ordinality)
), routes as (
  insert into acctl.routes (hostname, tenant_id, custom)
  select x.name, t.id, x.ordinality > 1
    from tenant t, request r, jsonb_array_elements_text(r.hostnames) with ordinality as x(name, ordinality)
), entry as (
  insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, after)
  select $2, $3, $4, nullif($5, ''), 'tenant.create', 'done', t.id, t.slug,
         jsonb_strip_nulls($1 - array['steps', 'storage_root'])
    from tenant t
)
-- In the columns of acctl.tenant_overview, which cannot see yet what this statement writes.
select t.id, t.slug, t.name, t.status, t.plan, s.name, t.database_name, t.pack, t.schema_version, t.labels::text,
       r.enterprise, t.seats_used, coalesce(t.seats, p.seats), t.storage, t.support_address,
       to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), null, t.owner_role, t.app_role, t.admin_email, t.admin_name,
       t.epoch, s.region, t.seats,
       (select string_agg(x.name, ' ' order by x.ordinality)
          from jsonb_array_elements_text(r.hostnames) with ordinality as x(name, ordinality)),
       (select string_agg(concat_ws(chr(31), x.name, 'pending', 0, '') || chr(31), '' order by x.ordinality)
          from jsonb_array_elements_text(r.steps) with ordinality as x(name, ordinality)),
       null, true, s.dsn
  from tenant t cross join request r join acctl.servers s on s.id = t.server_id join acctl.plans p on p.key = t.plan

-- name: enterprise_exists
select exists (select from acctl.enterprises where key = $1)

-- name: plan_keys
select key from acctl.plans order by position, key

-- name: begin_run
-- Takes the next epoch: from here on no earlier run can write.
update acctl.tenants set epoch = epoch + 1 where id = $1 returning epoch

-- name: record_steps
-- $3: [{"name", "status", "attempts", "error", "started_ms", "finished_ms"}], times in milliseconds before now.
update acctl.tenant_steps s
   set status = x.status, attempts = s.attempts + x.attempts, error = x.error,
       started_at = coalesce(clock_timestamp() - x.started_ms * interval '1 ms', s.started_at),
       finished_at = coalesce(clock_timestamp() - x.finished_ms * interval '1 ms', s.finished_at)
  from jsonb_to_recordset($3::jsonb) as x(name text, status text, attempts integer, error text, started_ms bigint,
                                          finished_ms bigint)
 where s.tenant_id = $1 and s.name = x.name
   and exists (select from acctl.tenants t where t.id = $1 and t.epoch = $2)

-- name: activate_tenant
-- The route is published by the very status: see acctl.published_routes. No row: a later run has taken over.
update acctl.tenants
   set status = 'active', activated_at = coalesce(activated_at, now()), schema_version = $3, seats_used = $4
 where id = $1 and epoch = $2 and status in ('provisioning', 'failed')
returning to_char(activated_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- name: set_tenant_status
-- $3: the new status; $4: statuses it may come from. No row: a later run has taken over, or the status is another.
update acctl.tenants
   set status = $3, suspended_at = case when $3 = 'suspended' then now() end,
       hold_until = case when $3 = 'deprovisioning' then now() + $5::bigint * interval '1 ms' end
 where id = $1 and epoch = $2 and status = any (string_to_array($4, ' '))
returning slug

-- name: set_schema_version
update acctl.tenants set schema_version = $2 where id = $1

-- name: finish_deletion
with gone as (
  update acctl.tenants
     set status = 'deleted', deleted_at = now(), hold_until = null, suspended_at = null, seats_used = 0,
         subscription = 'canceled', support_address = null, storage = null
   where id = $1 and epoch = $2 and status = 'deprovisioning'
  returning id
), routes as (delete from acctl.routes r using gone where r.tenant_id = gone.id)
select id from gone

-- name: keep_export
insert into acctl.tenant_exports (tenant_id, schema_version, document) values ($1, $2, $3)

-- name: record_audit
insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, before, after)
values ($1, $2, $3, nullif($4, ''), $5, $6, $7, $8, $9, $10)

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
