-- name: begin_restore
-- Of the tenant $1 from the source $2 in the run $3. What stands there of a tenant that is deleted is replaced. The
-- answer: whether that source is restored there, and whether it is finished.
with present as (
  select t.id from acctl.tenants t where t.slug = $1 and t.status <> 'deleted'
), fresh as (
  insert into acctl.restores as r (slug, source, run) select $1, $2, $3 where not exists (select from present)
  on conflict (slug) do update set source = excluded.source, run = excluded.run, begun_at = now(), tenant_id = null,
                                   finished_at = null
  returning source
)
select coalesce((select f.source from fresh f), (select r.source from acctl.restores r where r.slug = $1), '') = $2,
       exists (select from acctl.restores r join present p on p.id = r.tenant_id where r.slug = $1 and r.source = $2)

-- name: restore_state
-- The same of what is there, without a beginning: a slug that no tenant has can be restored to.
select not exists (select from acctl.tenants t where t.slug = $1 and t.status <> 'deleted')
       or exists (select from acctl.restores r where r.slug = $1 and r.source = $2),
       exists (select from acctl.restores r join acctl.tenants t on t.id = r.tenant_id
                where r.slug = $1 and r.source = $2 and t.status <> 'deleted')

-- name: administrator_left
-- Whether the administrator of the tenant $1, which is held for deletion or deleted, had no access any more when it was
-- shut, or has left since. Of a deleted one that is known of who was offboarded.
select exists (select from acctl.departures d where d.tenant_id = t.id and d.email = lower(t.admin_email))
       or exists (select from acctl.held_people h where h.tenant_id = t.id)
          and not exists (select from acctl.held_people h
                           where h.tenant_id = t.id and h.address = sha256(convert_to(lower(t.admin_email), 'UTF8')))
       or exists (select from acctl.audit a
                   where a.action = 'user.offboard' and a.outcome = 'done' and a.at >= t.deleted_at
                     and lower(a.after ->> 'email') = lower(t.admin_email))
  from acctl.tenants t where t.id = $1

-- name: terms_before_deletion
-- Subscription and end of the trial of the tenant $1 when it was deleted. No row: deleted by an acctl that did not record
-- it.
select a.before ->> 'subscription', a.before ->> 'trial_ends_at'
  from acctl.audit a
 where a.tenant_id = $1 and a.action = 'tenant.delete' and a.outcome = 'done' and a.before ? 'subscription'
 order by a.id desc limit 1

-- name: is_administrator
-- In a tenant's database: whether $1 is an admin who is not suspended.
select exists (select from app.admins a where lower(a.email) = lower($1) and a.status <> 'suspended')

-- name: finish_restore
-- No row: another tenant was restored there in the meantime.
update acctl.restores set tenant_id = $2, finished_at = now()
 where slug = $1 and source = $3 and tenant_id is null
returning slug

-- name: restore_prologue
-- For psql, with the variables tenant, epoch and owner: only in the database of that tenant, and as long as no later run
-- has it. Its identity is kept aside; everything else makes room for the dump.
begin;
set local client_min_messages = warning;
set local role :"owner";
select 1 / count(*) as own from acctl.tenant where tenant_id = :'tenant' and epoch <= :'epoch';
create temporary table acctl_kept on commit drop as select tenant_id, slug from acctl.tenant;
drop schema app, acctl cascade;
set local role pg_database_owner;

-- name: restore_epilogue
-- Behind the dump, which leaves the search path empty.
set local role :"owner";
update acctl.tenant t set tenant_id = k.tenant_id, slug = k.slug, epoch = :'epoch' from pg_temp.acctl_kept k;
select 1 / count(*) as own from acctl.tenant where tenant_id = :'tenant';
commit;

-- name: end_restored_access
-- Nothing that let somebody into the tenant that the dump is of lets anybody into this one.
with sessions as (
  update app.sessions set ended_at = now() where ended_at is null
), keys as (
  update app.api_keys set revoked_at = now() where revoked_at is null
), invitations as (
  update app.invitations set revoked_at = now() where accepted_at is null and revoked_at is null
)
update app.outbox set status = 'canceled', error = 'the tenant was restored under another name'
 where status in ('queued', 'held')

-- name: end_restored_enterprise
-- It is in no enterprise: what one has granted ends.
with ended as (
  delete from acctl.enterprise_holdings returning user_id, role, kept
)
delete from app.user_roles held
 using app.roles r
 where r.id = held.role_id
   and (r.scope = 'enterprise'
        or exists (select from ended e where e.user_id = held.user_id and e.role = r.key and not e.kept))

-- name: suspend_restored_users
-- But for the administrator $1.
update app.users set status = 'suspended' where lower(email) <> $1 and status <> 'suspended'

-- name: appoint_restored_admin
-- The administrator $1, called $2, who is invited unless they are active, gets the chief role.
with person as (
  insert into app.users (email, name) values ($1, $2)
  on conflict ((lower(email))) do update
     set status = case users.status when 'suspended' then 'invited' else users.status end
  returning id
)
insert into app.user_roles (user_id, role_id)
select p.id, r.id
  from person p, app.roles r join app.role_permissions rp on rp.role_id = r.id
  join app.permissions star on star.id = rp.permission_id
 where r.system and r.scope = 'organization' and star.key = '*'
on conflict (user_id, role_id) do update set expires_at = null

-- name: restored_seats
-- The tenant's limit, null for none, and how many of its seats are taken with the administrator $1.
select (select t.seat_limit from acctl.tenant t),
       count(*) + case when count(*) filter (where lower(u.email) = $1) > 0 then 0 else 1 end
  from app.users u

-- name: name_restored_tenant
-- $1 its name, $2 its support address, $3 its host name.
insert into app.settings (key, value)
select x.key, to_jsonb(x.value)
  from (values ('branding.name', $1), ('support.address', $2), ('portal.hostname', $3)) as x(key, value)
on conflict (key) do update set value = excluded.value

-- name: record_restored_run
-- In the ledger, so that what stands before it is not taken for its own.
insert into acctl.runs (run, command, outcome, actor, origin, reason, message)
values ($1, 'tenant restore', 'done', $2, $3, nullif($4, ''), $5)
