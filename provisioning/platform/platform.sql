-- name: record_platform_version
-- $5: platform.init or platform.upgrade; $6: the schema version before; $7: the one that was reached; $8: whether
-- anything was changed. Where an interrupted run reached the version and did not come to this, the next one does.
insert into acctl.audit (run, actor, origin, reason, action, outcome, before, after)
select $1, $2, $3, nullif($4, ''), $5, 'done', jsonb_build_object('schema_version', $6::integer),
       jsonb_build_object('schema_version', $7::integer)
 where $8::boolean
    or not exists (select from acctl.audit a where a.action in ('platform.init', 'platform.upgrade')
                      and a.after -> 'schema_version' = to_jsonb($7::integer))

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

-- name: add_first_server
insert into acctl.servers (name, region, dsn) values ('main', 'default', null) on conflict (name) do nothing

-- name: server_list
select s.id, s.name, s.region, s.dsn, s.state, count(t.id)
  from acctl.servers s left join acctl.tenants t on t.server_id = s.id and t.status <> 'deleted'
 where s.state <> 'removed'
 group by s.id order by s.name collate "C"

-- name: tenant_counts
select status, count(*) from acctl.tenants group by status order by status

-- name: lock_platform
-- One init or upgrade at a time, until the session ends: two would change the same roles and rights at once.
select pg_advisory_lock(hashtextextended('acctl platform', 0))
