-- Enterprises and what is granted in all their tenants, in the control database.

-- name: moment
-- The time $1, or $2 milliseconds from now.
select to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), x.at > now()
  from (select case when $1::text is null then date_trunc('second', now() + $2::bigint * interval '1 ms')
                    else $1::text::timestamptz end) as x(at)

-- name: enterprise_size
select count(*)
  from acctl.tenants t join acctl.enterprises e on e.id = t.enterprise_id
 where e.key = $1 and t.status <> 'deleted'
