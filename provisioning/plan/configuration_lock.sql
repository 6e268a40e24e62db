-- name: lock_configuration
-- Whoever changes the configuration needs this row: holding it makes this transaction the only writer. Once it is held,
-- and not before, the transaction waits for other locks no longer than $1 milliseconds. The epoch is that of the last run
-- that shut others out: locked, and so read, as it is once the row is held, not as it was when the statement began. Null
-- where the database is nobody's yet.
with held as materialized (select r.counter from acctl.revision r for update)
select h.counter, set_config('lock_timeout', $1, true),
       (select t.epoch from acctl.tenant t where h.counter is not null for share)
  from held h
