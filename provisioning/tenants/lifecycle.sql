-- name: finish_deletion
-- In the run $3. That the administrator has left stays known, for a restore: an entry of acctl.departures, as while the
-- tenant is held.
with gone as (
  update acctl.tenants
     set status = 'deleted', deleted_at = now(), hold_until = null, suspended_at = null, seats_used = 0,
         subscription = 'canceled', support_address = null, storage = null
   where id = $1 and epoch = $2 and status = 'deprovisioning'
  returning id, lower(admin_email) as administrator
), routes as (delete from acctl.routes r using gone where r.tenant_id = gone.id
), left_before as (
  insert into acctl.departures (tenant_id, email, people, roles_too, run)
  select g.id, g.administrator, '{}', true, $3
    from gone g
   where exists (select from acctl.held_people h where h.tenant_id = g.id)
     and not exists (select from acctl.held_people h
                      where h.tenant_id = g.id and h.address = sha256(convert_to(g.administrator, 'UTF8')))
  on conflict do nothing
), people as (delete from acctl.held_people h using gone where h.tenant_id = gone.id
), departures as (
  delete from acctl.departures d using gone where d.tenant_id = gone.id and d.email <> gone.administrator
)
select id from gone

-- name: fence_tenant
-- Shuts out runs that began before this one: they compare the epoch when they hold the configuration.
update acctl.tenant t set epoch = $2 where t.tenant_id = $1 and t.epoch < $2

-- name: fence_epoch
select t.epoch from acctl.tenant t
