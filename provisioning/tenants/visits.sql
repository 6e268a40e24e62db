-- name: begin_visit
-- Of the tenant $1 by the role $2, writing or not ($3), in the run $4 by $5 because of $6, for $7 milliseconds.
insert into acctl.connections (tenant_id, role, writes, run, actor, reason, expires_at)
values ($1, $2, $3, $4, $5, $6, now() + $7::bigint * interval '1 ms')
returning id, to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')

-- name: open_visits
-- Of the tenants $1 (UUIDs), of all if it is null; $2: only those whose time is over.
select c.id, c.role, c.writes, c.actor, c.reason, c.run, t.slug,
       to_char(c.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       to_char(c.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), t.id, s.name
  from acctl.connections c
  join acctl.tenants t on t.id = c.tenant_id
  join acctl.servers s on s.id = t.server_id
 where c.ended_at is null and ($1::uuid[] is null or c.tenant_id = any ($1::uuid[]))
   and (not $2::boolean or c.expires_at <= now())
 order by c.opened_at, c.id

-- name: lock_visit
-- Who ends a visit: the one that it ends for would come between.
select pg_advisory_lock(hashtextextended('acctl visit ' || $1, 0))

-- name: unlock_visit
select pg_advisory_unlock(hashtextextended('acctl visit ' || $1, 0))

-- name: visit_is_open
select exists (select from acctl.connections c where c.id = $1 and c.ended_at is null)

-- name: finish_visit
-- No row: another run has ended it.
update acctl.connections c set ended_at = now(), ended_by = $2
 where c.id = $1 and c.ended_at is null
returning extract(epoch from c.ended_at - c.opened_at)::bigint
