-- name: registered_entitlement
-- What tenant $1 may use: plan, seats, projects, bytes of storage, features.
select e.plan, e.seats, e.projects, e.storage_bytes, e.features from acctl.entitlements e where e.tenant_id = $1

-- name: has_entitlement
-- Whether plan, seats, projects, storage and features are $1 to $5.
select (t.plan, t.seat_limit, t.project_limit, t.storage_limit, t.features) is not distinct from
       ($1::varchar, $2::integer, $3::integer, $4::bigint, $5::jsonb)
  from acctl.tenant t

-- name: write_entitlement
-- Makes them $3 to $7 in the database of tenant $1; whether they were something else. No row when a run later than $2 has
-- been here.
with old as (
  select t.plan, t.seat_limit, t.project_limit, t.storage_limit, t.features from acctl.tenant t for update
)
update acctl.tenant t
   set plan = $3, seat_limit = $4, project_limit = $5, storage_limit = $6, features = $7::jsonb
  from old
 where t.tenant_id = $1 and t.epoch <= $2
returning (old.plan, old.seat_limit, old.project_limit, old.storage_limit, old.features) is distinct from
          (t.plan, t.seat_limit, t.project_limit, t.storage_limit, t.features)
