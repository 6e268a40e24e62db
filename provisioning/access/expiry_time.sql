-- name: moment
-- The time $1, or $2 milliseconds from now.
select to_char(x.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), x.at > now()
  from (select case when $1::text is null then date_trunc('second', now() + $2::bigint * interval '1 ms')
                    else $1::text::timestamptz end) as x(at)

-- name: past_moment
-- The time $1, or $2 milliseconds before now.
select to_char(coalesce($1::text::timestamptz, now() - $2::bigint * interval '1 ms') at time zone 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
