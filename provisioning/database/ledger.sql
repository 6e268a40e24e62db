-- Runs and changes, in the tenant's own database.

-- name: lock_configuration
-- Whoever changes the configuration needs this row: holding it makes this transaction the only writer. Once it is held,
-- and not before, the transaction waits for other locks no longer than $1 milliseconds. The epoch is that of the last run
-- that shut others out: locked, and so read, as it is once the row is held, not as it was when the statement began. Null
-- where the database is nobody's yet.
with held as materialized (select r.counter from acctl.revision r for update)
select h.counter, set_config('lock_timeout', $1, true),
       (select t.epoch from acctl.tenant t where h.counter is not null for share)
  from held h

-- name: revision_and_applied
-- At which revision the configuration is; whether the definitions $2 are what manager $1 applied
-- last, with no change of anything since; and which kinds that manager has ever owned something of.
select r.counter, coalesce(a.digest = $2 and a.revision = r.counter, false),
       array_to_json(a.kinds)
  from acctl.revision r
  left join acctl.applied a on a.manager = $1

-- name: usable_admins
-- Without an end: active ones, who can sign in, and invited ones, who will be able to; then those who are admin for a time.
select count(*) filter (where a.status = 'active' and a.permanent),
       count(*) filter (where a.status = 'invited' and a.permanent), count(*) filter (where not a.permanent)
  from app.admins a

-- name: time_zone
-- Fails with 22023 where the server knows no zone $1.
select pg_catalog.timezone($1::text, now())

-- name: seats
-- Their limit, null for none, and how many are taken.
select (select t.seat_limit from acctl.tenant t), count(*) from app.users

-- name: record_run
insert into acctl.runs (run, command, outcome, actor, origin, reason, commit, manager, loosened, message, undoes)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning id

-- name: record_changes
insert into acctl.changes (run_id, number, action, kind, key, fields, source)
select $1, x.number, x.action, x.kind, x.key, x.fields::jsonb, x.source
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       with ordinality as x(action, kind, key, fields, source, number)

-- name: remember_applied
-- What this manager declares ($3), and the revision at which the tenant agrees with it; none (-1) where $5 says that the
-- tenant may have changed beside a plan that was made earlier. Without a digest it was but a part
-- of the definitions: then what is known of its kinds is replaced, and the rest stays.
insert into acctl.applied as a (manager, digest, revision, declared, kinds, run_id)
select $1, $2, case when $5 then r.counter else -1 end, $3::jsonb, array(select jsonb_object_keys($3::jsonb -> 'objects')), $4 from acctl.revision r
on conflict (manager) do update
   set kinds = array(select unnest(a.kinds) union select unnest(excluded.kinds)),
       digest = case when $2 = '' then a.digest else excluded.digest end,
       revision = case when $2 = '' then a.revision else excluded.revision end,
       declared = case when $2 = '' then
                    a.declared || jsonb_build_object('objects', coalesce(a.declared -> 'objects', '{}') ||
                                                                coalesce(excluded.declared -> 'objects', '{}'))
                  else excluded.declared end,
       run_id = coalesce(excluded.run_id, a.run_id), at = now()
 where (a.digest, a.revision) is distinct from (excluded.digest, excluded.revision)

-- name: applied_definitions
-- What each manager declared last; left out where nothing has changed since.
select a.manager, case when a.revision <> r.counter then a.declared end, a.revision = r.counter
  from acctl.applied a, acctl.revision r
 order by a.manager

-- name: declared_definitions
select a.declared from acctl.applied a order by a.manager

-- name: run_id
select r.id from acctl.runs r where r.run = $1 and r.outcome = 'done'

-- name: run_list
-- The newest first. $1: one run, or null for all; $2: at most so many.
select r.id, r.run, to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), r.command, r.outcome, r.actor,
       r.origin, r.reason, r.commit, r.manager, r.loosened, r.message,
       (select u.run from acctl.runs u where u.id = r.undoes),
       (select count(*) from acctl.changes c where c.run_id = r.id)
  from acctl.runs r
 where $1::text is null or r.run = $1
 order by r.id desc
 limit $2

-- name: run_changes
select c.action, c.kind, c.key, c.fields, c.source from acctl.changes c where c.run_id = $1 order by c.number
