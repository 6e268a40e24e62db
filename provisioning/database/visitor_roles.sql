-- name: visitor_exists
select exists (select from pg_roles r where r.rolname = $1)

-- name: end_sessions_of_visitor
select count(*) filter (where pg_terminate_backend(a.pid, 5000)) from pg_stat_activity a where a.usename = $1

-- name: name_visitor
-- For grant_reading, until the end of the transaction. One visitor at a time: grants on one object that meet fail.
select set_config('acctl.visitor', $1, true), pg_advisory_xact_lock(hashtextextended('acctl visitors', 0))

-- name: grant_reading
-- As the owner: to the visitor what the application can read, and nothing that it can write; but no hashes and nonces,
-- from which passwords and tokens could be guessed or derived. Whole tables, and columns where others are left out.
do $do$
declare
  visitor text := quote_ident(current_setting('acctl.visitor'));
  grants  text;
begin
  execute 'grant usage on schema app to ' || visitor;
  select string_agg(format('grant select %s on %s to %s', x.columns, c.oid::regclass, visitor), '; ' order by c.oid)
    into grants
    from pg_class c
   cross join lateral (
     select case when bool_and(a.readable) then ''
                 else '(' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) filter (where a.readable) || ')'
            end as columns
       from (select b.attname, b.attnum, has_column_privilege('acctl_app', c.oid, b.attnum, 'select')
                                         and b.attname !~ '(_hash|^nonce)$' as readable
               from pg_attribute b where b.attrelid = c.oid and b.attnum > 0 and not b.attisdropped) as a) as x
   where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'v', 'm', 'p') and x.columns is not null;
  execute grants;
end
$do$
