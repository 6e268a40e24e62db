-- name: archived_exports
-- Of the tenants with the slugs $1, of all if it is empty; the newest first. $2: only that export, null for any.
select e.id, t.slug, t.name, t.id, t.status, e.schema_version, octet_length(e.document),
       to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(t.hold_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(t.deleted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       e.data_file, e.data_bytes, e.data_sha256, t.plan, t.pack
  from acctl.tenant_exports e
  join acctl.tenants t on t.id = e.tenant_id
 where (cardinality($1::text[]) = 0 or t.slug = any ($1::text[])) and e.id = coalesce($2::bigint, e.id)
 order by e.created_at desc, e.id desc

-- name: archived_document
select document from acctl.tenant_exports where id = $1

-- name: last_export_of_tenant
select e.id, e.data_file, e.data_bytes from acctl.tenant_exports e where e.tenant_id = $1 order by e.id desc limit 1

-- name: archived_slugs
select distinct t.slug from acctl.tenant_exports e join acctl.tenants t on t.id = e.tenant_id order by 1
