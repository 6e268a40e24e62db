-- A tenant database, as provisioning sees it.

-- name: compact_database
-- What migrations leave behind would be copied for each tenant: dead rows, half-empty pages, maps of free space.
-- Frozen, so that no tenant has to do it.
vacuum (full, freeze)

-- name: tenant_facts
-- How far is the schema of this database, and whose is it? Nobody's yet where there is no id.
select m.version, m.checksum, m.name, current_database(), t.tenant_id
  from acctl.migrations m left join acctl.tenant t on true

-- name: chief_role_count
-- The role that the administrator of a new tenant gets is the one system role of an organization that may do everything.
select count(*)
  from app.roles r join app.role_permissions rp on rp.role_id = r.id join app.permissions p on p.id = rp.permission_id
 where r.system and r.scope = 'organization' and p.key = '*'

-- name: seed_tenant
-- What a copy of the template does not have: $1 … $6 whose it is, $7 and $8 the invited administrator, who gets the chief
-- role, and its own names: $9 its name, $10 its support address, $11 its host name. Only in the database $12. One
-- statement: it fails as a whole where another run was here first. Its answer shows how far the schema is, whether this
-- is the database, and its seats.
with taken as (
  insert into acctl.tenant (tenant_id, slug, epoch, pack, pack_digest, seat_limit)
  select $1::uuid, $2, $3::bigint, $4, $5, $6::integer where current_database() = $12
  returning epoch
), person as (
  insert into app.users (email, name) select $7, $8 from taken returning id
), held as (
  insert into app.user_roles (user_id, role_id)
  select p.id, r.id
    from person p, app.roles r join app.role_permissions rp on rp.role_id = r.id
    join app.permissions star on star.id = rp.permission_id
   where r.system and r.scope = 'organization' and star.key = '*'
), named as (
  insert into app.settings (key, value)
  select x.key, to_jsonb(x.value)
    from taken, (values ('branding.name', $9), ('support.address', $10), ('portal.hostname', $11)) as x(key, value)
  on conflict (key) do nothing
)
select m.version, m.checksum, m.name, (select count(*) from taken), 1 + (select count(*) from app.users)
  from acctl.migrations m

-- name: take_tenant
-- The fence of a run that goes on with a seeded tenant: no row when a later run has been here.
update acctl.tenant set epoch = $2, seat_limit = $3 where tenant_id = $1 and epoch <= $2
returning (select count(*) from app.users)

-- name: tenant_identity
select current_database(), t.tenant_id, t.epoch from acctl.tenant t
