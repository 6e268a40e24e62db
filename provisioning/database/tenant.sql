-- A tenant database, as provisioning sees it.

-- name: tenant_facts
-- One row: is this database who it should be, how far is its schema, and is what the seed step makes there?
select current_database(), t.tenant_id, t.epoch, u.seats, a.present
  from (select count(*) as seats from app.users) u
 cross join (select exists (select from app.users x join app.user_roles r on r.user_id = x.id
                             where lower(x.email) = lower($1)) as present) a
  left join acctl.tenant t on true

-- name: take_tenant
-- The identity of the database, and the fence: no row when a later run has been here.
insert into acctl.tenant as t (tenant_id, slug, epoch, pack, pack_digest, seat_limit) values ($1, $2, $3, $4, $5, $6)
on conflict (single) do update set epoch = excluded.epoch, seat_limit = excluded.seat_limit
 where t.tenant_id = excluded.tenant_id and t.epoch <= excluded.epoch
returning t.epoch

-- name: seed_admin
-- The invited administrator, with the role that holds everything.
with person as (
  insert into app.users (email, name) values ($1, $2) on conflict (lower(email)) do nothing returning id
), existing as (
  select id from person union select id from app.users where lower(email) = lower($1)
), admin as (
  select r.id
    from app.roles r join app.role_permissions rp on rp.role_id = r.id join app.permissions p on p.id = rp.permission_id
   where p.key = '*' order by r.key <> 'admin', r.id limit 1
)
insert into app.user_roles (user_id, role_id) select e.id, a.id from existing e, admin a on conflict do nothing

-- name: seed_settings
-- The tenant's own names: $1 its name, $2 its support address, $3 its host name.
insert into app.settings (key, value)
values ('branding.name', to_jsonb($1::text)), ('support.address', to_jsonb($2::text)),
       ('portal.hostname', to_jsonb($3::text))
on conflict (key) do nothing

-- name: tenant_identity
select current_database(), t.tenant_id, t.epoch from acctl.tenant t
