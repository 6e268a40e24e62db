-- name: set_schema_version
-- No row: a later run has taken over.
update acctl.tenants set schema_version = $3 where id = $1 and epoch = $2 returning slug
