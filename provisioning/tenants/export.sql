-- name: keep_export
-- $4 to $6: the dump of its data, null if there is none.
insert into acctl.tenant_exports (tenant_id, schema_version, document, data_file, data_bytes, data_sha256)
values ($1, $2, $3, $4, $5::bigint, $6)
