-- name: building_name
-- Seconds since 1970 and a random word: the name of a template that is being built.
select floor(extract(epoch from clock_timestamp()))::bigint, substr(md5(gen_random_uuid()::text), 1, 8)

-- name: compact_database
-- What migrations leave behind would be copied for each tenant: dead rows, half-empty pages, maps of free space.
-- Frozen, so that no tenant has to do it.
vacuum (full, freeze)

-- name: chief_role_count
-- The role that the administrator of a new tenant gets is the one system role of an organization that may do everything.
select count(*)
  from app.roles r join app.role_permissions rp on rp.role_id = r.id join app.permissions p on p.id = rp.permission_id
 where r.system and r.scope = 'organization' and p.key = '*'
