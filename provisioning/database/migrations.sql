-- name: migrations_exist
-- From the catalog itself: to_regclass() may answer from before the wait for a lock.
select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'acctl' and c.relname = 'migrations')

-- name: lock_migrations
-- One run at a time in this database, until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('acctl migrations', 0))

-- name: wait_briefly_for_locks
-- Until the end of the transaction: a second, or less where the session waits for less.
select set_config('lock_timeout',
                  (extract(epoch from least(current_setting('lock_timeout')::interval, interval '1 s')) * 1000)::int::text,
                  true)

-- name: create_migrations
create table acctl.migrations (
  version     integer primary key check (version > 0),
  name        varchar(100) not null,
  checksum    varchar(64) not null,
  applied_at  timestamptz not null default now()
)

-- name: migrations_applied
select version, checksum, name from acctl.migrations

-- name: record_migration
insert into acctl.migrations (version, name, checksum) values ($1, $2, $3)
