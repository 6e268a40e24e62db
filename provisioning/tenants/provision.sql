-- name: mail_waits
-- Whether messages of an earlier run wait to be sent: it may have been killed, or its attempt failed. One whose next
-- attempt is not due yet counts, too: whoever repeats the command is told of it.
select exists (select from app.outbox o where o.status = 'queued')

-- name: tenant_is_clone_of
select coalesce((select t.cloned_from = $2::uuid from acctl.tenants t where t.id = $1), false)

-- name: tenant_facts
-- How far is the schema of this database, and whose is it? Nobody's yet if there is no id.
select m.version, m.checksum, m.name, current_database(), t.tenant_id
  from acctl.migrations m left join acctl.tenant t on true

-- name: seed_tenant
-- What a copy of the template does not have: $1 to $5 whose it is, $6 and $7 the invited administrator, who gets the chief
-- role, and its own names: $8 its name, $9 its support address, $10 its host name. Only in the database $11. $12 to $16:
-- what its plan gives. One statement: it fails as a whole where another run was here first. Its answer shows how far the
-- schema is, whether this is the database, and its seats. The sample's dates count from the day of its template, and move
-- to this one; created and changed in the same moment, it still counts as untouched.
with taken as (
  insert into acctl.tenant (tenant_id, slug, epoch, pack, pack_digest, plan, seat_limit, project_limit, storage_limit,
                            features)
  select $1::uuid, $2, $3::bigint, $4, $5, $12, $13::integer, $14::integer, $15::bigint, $16::jsonb
   where current_database() = $11
  returning epoch
), person as (
  insert into app.users (email, name) select $6, $7 from taken returning id
), held as (
  insert into app.user_roles (user_id, role_id)
  select p.id, r.id
    from person p, app.roles r join app.role_permissions rp on rp.role_id = r.id
    join app.permissions star on star.id = rp.permission_id
   where r.system and r.scope = 'organization' and star.key = '*'
), named as (
  insert into app.settings (key, value)
  select x.key, to_jsonb(x.value)
    from taken, (values ('branding.name', $8), ('support.address', $9), ('portal.hostname', $10)) as x(key, value)
  on conflict (key) do nothing
), dated as (
  update app.items i
     set start_date = i.start_date + (current_date - i.created_at::date),
         due_date = i.due_date + (current_date - i.created_at::date),
         completed_at = i.completed_at + (now() - i.created_at),
         created_at = now()
    from taken
   where i.sample
)
select m.version, m.checksum, m.name, (select count(*) from taken), 1 + (select count(*) from app.users)
  from acctl.migrations m

-- name: take_tenant
-- The fence of a run that goes on with a seeded tenant: no row when a later run has been here. $3 to $7: what its plan
-- gives.
update acctl.tenant
   set epoch = $2, plan = $3, seat_limit = $4, project_limit = $5, storage_limit = $6, features = $7::jsonb
 where tenant_id = $1 and epoch <= $2
returning (select count(*) from app.users)
