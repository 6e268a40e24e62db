-- name: door_facts
-- What the database says of itself, a row for each migration. No row: there is no schema of ours.
select current_database(), t.tenant_id, t.epoch, m.version, m.checksum, m.name
  from acctl.migrations m left join acctl.tenant t on true

-- name: writers_door_facts
-- The same, and whether the ledger has the run $2 as its entry $1, which is what the registry saw last: without it the
-- database was restored from an older copy. $1 null: it saw none. Last, whether its rules hold in this session, see
-- session_facts.
select current_database(), t.tenant_id, t.epoch, m.version, m.checksum, m.name,
       $1::bigint is null or exists (select from acctl.runs r where r.id = $1::bigint and r.run = $2),
       current_setting('session_replication_role')
  from acctl.migrations m left join acctl.tenant t on true

-- name: ledger_position
-- Where the ledger ends: number, run and time of its last entry, and whether run $2 is entry $1. No row where it is
-- empty.
select r.id, r.run, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       exists (select from acctl.runs s where s.id = $1 and s.run = $2)
  from acctl.runs r order by r.id desc limit 1
