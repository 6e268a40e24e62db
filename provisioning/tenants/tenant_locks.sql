-- name: try_lock_tenants
-- Of the tenants $1 (slugs) those that are locked now, as by lock_tenant.
select s.slug from unnest($1::text[]) as s(slug) where pg_try_advisory_lock(hashtextextended('acctl tenant ' || s.slug, 0))

-- name: unlock_tenants
select count(pg_advisory_unlock(hashtextextended('acctl tenant ' || s.slug, 0))) from unnest($1::text[]) as s(slug)

-- name: wait_briefly
-- For this transaction.
select set_config('lock_timeout', '1s', true)
