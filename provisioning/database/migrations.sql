-- name: migrations_exist
-- From the catalog itself: to_regclass() may answer from before the wait for a lock.
select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'acctl' and c.relname = 'migrations')

-- name: lock_migrations
-- One run at a time in this database, until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('acctl migrations', 0))

-- name: limit_waits
-- For locks, until the end of the transaction: $1 in milliseconds.
select set_config('lock_timeout', $1, true)

-- name: schema_flaws
-- What a migration must neither begin with nor leave: an interrupted CREATE INDEX CONCURRENTLY, a constraint NOT VALID.
-- Checks are no such flaw: lengths are meant to leave older rows as they are.
select format('the index %s, which is not valid', i.indexrelid::regclass)
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where c.relnamespace in (to_regnamespace('app'), to_regnamespace('acctl')) and not i.indisvalid
union all
select format('the constraint %s of %s, which is not validated', n.conname, n.conrelid::regclass)
  from pg_constraint n
 where n.connamespace in (to_regnamespace('app'), to_regnamespace('acctl')) and not n.convalidated
   and n.contype <> 'c'
 order by 1

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
