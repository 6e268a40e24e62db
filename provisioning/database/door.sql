-- Whose database a session is in, and whether it is as the registry and this binary know it.

-- name: door
-- True or an error, so that nothing that is sent behind it is done in another database: this is database $1 of tenant
-- $2, no later run than $3 has taken it, and its migrations are those with the checksums $4, in the order of their
-- versions. The text of the error is not for people: what is wrong is found out by door_facts.
select case when current_database() = $1
             and (select t.tenant_id = $2::uuid and t.epoch <= $3::bigint from acctl.tenant t)
             and (select count(*) = cardinality($4::text[])
                         and bool_and(coalesce(m.checksum = ($4::text[])[m.version], false)) from acctl.migrations m)
            then true
            -- Asked of a table, for a constant would be refused before anything is looked at.
            else (select 'another database, schema or run, version ' || max(m.version) from acctl.migrations m)::boolean
       end

-- name: writers_door
-- The same, and the ledger has the run $6 under its number $5, which the registry saw last: without it the database was
-- restored from an older copy. $5 null: none was seen.
select case when current_database() = $1
             and (select t.tenant_id = $2::uuid and t.epoch <= $3::bigint from acctl.tenant t)
             and (select count(*) = cardinality($4::text[])
                         and bool_and(coalesce(m.checksum = ($4::text[])[m.version], false)) from acctl.migrations m)
             and ($5::bigint is null or exists (select from acctl.runs r where r.id = $5::bigint and r.run = $6))
            then true
            else (select 'another database, schema, run or ledger, version ' || max(m.version)
                    from acctl.migrations m)::boolean
       end

-- name: door_facts
-- What the door compares, a row for each migration. No row: there is no schema of ours.
select current_database(), t.tenant_id, t.epoch, m.version, m.checksum, m.name
  from acctl.migrations m left join acctl.tenant t on true

-- name: ledger_position
-- Where the ledger ends: number, run and time of its last entry, and whether run $2 is entry $1. No row where it is
-- empty.
select r.id, r.run, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       exists (select from acctl.runs s where s.id = $1 and s.run = $2)
  from acctl.runs r order by r.id desc limit 1
