-- The registry in the control database.

-- name: session_facts
-- The backend's own pid shows whether a pooler stands between: then no lock of ours would be held. Under another
-- session_replication_role than origin neither triggers nor foreign keys hold; only a superuser can set it.
select pg_backend_pid(), current_setting('session_replication_role'), current_setting('server_encoding')

-- name: open_platform
-- All that a command asks before it begins, in one answer: the migrations applied, then (without a version) the
-- settings by name and value; with each what session_facts begin with. In no order.
select m.version, m.checksum, m.name, pg_backend_pid(), current_setting('session_replication_role')
  from acctl.migrations m
union all
select null, s.key, s.value #>> '{}', pg_backend_pid(), current_setting('session_replication_role')
  from acctl.settings s

-- name: platform_settings
select key, value #>> '{}' from acctl.settings order by key

-- name: storage_folders
select storage from acctl.tenants where storage is not null order by storage

-- name: set_platform_setting
insert into acctl.settings (key, value) values ($1, to_jsonb($2::text))
on conflict (key) do update set value = excluded.value where settings.value <> excluded.value

-- name: set_platform_value
-- The same for any value, as JSON.
insert into acctl.settings (key, value) values ($1, $2::jsonb)
on conflict (key) do update set value = excluded.value

-- name: plan_list
select p.key, json_build_object('name', p.name, 'seats', p.seats, 'projects', p.projects,
                                'storage_bytes', p.storage_bytes, 'features', p.features)::text
  from acctl.plans p order by p.position, p.key

-- name: set_plan
insert into acctl.plans (key, name, seats, projects, storage_bytes, features, position)
select $1, $2, $3::integer, $4::integer, $5::bigint, $6::jsonb, coalesce(max(p.position), 0) + 1 from acctl.plans p
on conflict (key) do update
   set name = excluded.name, seats = excluded.seats, projects = excluded.projects,
       storage_bytes = excluded.storage_bytes, features = excluded.features

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

-- name: tenant_is_clone_of
select coalesce((select t.cloned_from = $2::uuid from acctl.tenants t where t.id = $1), false)

-- name: tenant_exists
select exists (select from acctl.tenants where slug = $1 and status <> 'deleted')

-- name: tenant_by_slug
select * from acctl.tenant_overview where slug = $1 and status <> 'deleted'

-- name: tenant_list
-- $1: {"slugs": [...], "statuses": [...], "plans": [...], "servers": [...], "regions": [...], "enterprises": [...],
--      "labels": {...}, "search": "..."}, each part optional. Deleted tenants only where a status asks for them.
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
-- $1 slug, $2 name, $3 plan, $4 seats, $5 pack, $6 server, $7 region, $8 enterprise, $9 labels, $10 and $11 the
-- administrator, $12 host names, $13 support address, $14 folder of all storage, $15 steps; lists are separated by
-- spaces. $16 to $19 who acts, $20 the audit entry's "after", $21 the tenant it is a clone of. One statement: the tenant, all names that only it can
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
                             trial_ends_at, cloned_from)
  select p.tenant_id, $1, $2, $3, $4::integer, p.id, $1,
         'acctl_owner',
         'acctl_' || substr(replace(p.tenant_id::text, '-', ''), 1, 12) || '_app',
         $5, p.enterprise_id, $9::jsonb, $10, $11, 1, $13, $14::text || '/' || p.tenant_id, now() + interval '90 days',
         $21::uuid
    from placed p
   where ($8::text is null or p.enterprise_id is not null)
     and not exists (select from acctl.tenants t where t.slug = $1 and t.status <> 'deleted')
  returning id, owner_role, app_role, storage, created_at
), steps as (
  insert into acctl.tenant_steps (tenant_id, position, name)
  select t.id, x.position, x.name
    from tenant t, unnest(string_to_array($15, ' ')) with ordinality as x(name, position)
), routes as (
  insert into acctl.routes (hostname, tenant_id, custom)
  select x.name, t.id, x.position > 1
    from tenant t, unnest(string_to_array($12, ' ')) with ordinality as x(name, position)
), entry as (
  insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, after)
  select $16, $17, $18, nullif($19, ''), 'tenant.create', 'done', t.id, $1, $20::jsonb from tenant t
)
select t.id, t.owner_role, t.app_role, t.storage, to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), p.name, p.region,
       p.dsn, coalesce($4::integer, p.seats), p.projects, p.storage_bytes, p.features
  from tenant t, placed p

-- name: registered_entitlement
-- What the plan of tenant $1 gives it: plan, seats, projects, bytes of storage, features.
select p.key, coalesce(t.seats, p.seats), p.projects, p.storage_bytes, p.features
  from acctl.tenants t join acctl.plans p on p.key = t.plan where t.id = $1

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
-- $3 schema version, $4 seats used, $5 steps as in record_steps, $6 to $9 who acts, $10 the status before. The route is
-- published by the very status: see acctl.published_routes. No row, and nothing written: a later run has taken over.
with active as (
  update acctl.tenants t
     set status = 'active', activated_at = coalesce(t.activated_at, now()), schema_version = $3, seats_used = $4
   where t.id = $1 and t.epoch = $2 and t.status in ('provisioning', 'failed')
  returning t.id, t.slug, t.activated_at
), steps as (
  update acctl.tenant_steps s
     set status = x.status, attempts = s.attempts + x.attempts, error = x.error,
         started_at = clock_timestamp() - x.started_ms * interval '1 ms',
         finished_at = clock_timestamp() - x.finished_ms * interval '1 ms'
    from active a, jsonb_to_recordset($5::jsonb) as x(name text, status text, attempts integer, error text,
                                                      started_ms bigint, finished_ms bigint)
   where s.tenant_id = a.id and s.name = x.name
), entry as (
  insert into acctl.audit (run, actor, origin, reason, action, outcome, tenant_id, slug, before, after)
  select $6, $7, $8, nullif($9, ''), 'tenant.activate', 'done', a.id, a.slug, jsonb_build_object('status', $10::text),
         '{"status": "active"}'
    from active a
)
select to_char(a.activated_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from active a

-- name: set_tenant_status
-- $3: the new status; $4: statuses it may come from. No row: a later run has taken over, or the status is another.
update acctl.tenants
   set status = $3, suspended_at = case when $3 = 'suspended' then now() end,
       status_before = case when $3 = 'deprovisioning' then coalesce(status_before, status) end,
       hold_until = case when $3 = 'deprovisioning' then now() + $5::bigint * interval '1 ms' end
 where id = $1 and epoch = $2 and status = any (string_to_array($4, ' '))
returning slug

-- name: remember_ledgers
-- Run $3 is entry $2 of the ledgers of tenants $1, beside each other. Only forward: of two runs at once the one that
-- comes later to the registry may be the earlier one.
update acctl.tenants t
   set ledger_id = x.entry, ledger_run = $3, ledger_at = now()
  from unnest($1::uuid[], $2::bigint[]) as x(tenant, entry)
 where t.id = x.tenant and (t.ledger_id is null or t.ledger_id < x.entry)

-- name: commit_without_waiting
-- For this transaction: a crash of the server may lose it.
select set_config('synchronous_commit', 'off', true)

-- name: accept_ledger
-- The ledger of tenant $1 ends with entry $3, which is run $4, and that is right. Nulls: it is empty. No row: a later run
-- has taken over.
update acctl.tenants
   set ledger_id = $3::bigint, ledger_run = $4, ledger_at = case when $3::bigint is not null then now() end
 where id = $1 and epoch = $2
returning slug

-- name: set_tenant_admin
-- Of a tenant that is not finished. No row: a later run has taken over, or it is finished by now.
update acctl.tenants set admin_email = $3, admin_name = $4
 where id = $1 and epoch = $2 and status in ('provisioning', 'failed')
returning slug

-- name: set_schema_version
-- No row: a later run has taken over.
update acctl.tenants set schema_version = $3 where id = $1 and epoch = $2 returning slug

-- name: finish_deletion
with gone as (
  update acctl.tenants
     set status = 'deleted', deleted_at = now(), hold_until = null, suspended_at = null, seats_used = 0,
         subscription = 'canceled', support_address = null, storage = null
   where id = $1 and epoch = $2 and status = 'deprovisioning'
  returning id
), routes as (delete from acctl.routes r using gone where r.tenant_id = gone.id
), people as (delete from acctl.held_people h using gone where h.tenant_id = gone.id
), departures as (delete from acctl.departures d using gone where d.tenant_id = gone.id)
select id from gone

-- name: keep_export
insert into acctl.tenant_exports (tenant_id, schema_version, document) values ($1, $2, $3)

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
