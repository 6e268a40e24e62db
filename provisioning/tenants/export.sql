-- name: keep_export
insert into acctl.tenant_exports (tenant_id, schema_version, document) values ($1, $2, $3)
