-- name: keepers_ready
-- The last function made; all come into being in one transaction.
select coalesce(has_function_privilege(to_regprocedure('acctl_keepers.keeper_ff(text)'), 'execute'), false)

-- name: make_keepers
-- The roles, which are the server's: another database of it may have made them. Until make_keeper_functions we can become
-- each of them.
do $do$
declare
  me      text := quote_ident(current_user);
  keeper  text;
  keepers text;
  present text;
begin
  perform pg_advisory_xact_lock(hashtextextended('acctl keepers', 0));
  if to_regrole('acctl_keepers') is null then
    create role acctl_keepers nologin noinherit createrole;
  end if;
  execute 'grant acctl_keepers to ' || me || ' with inherit false, set true';
  grant acctl_app to acctl_keepers with admin option;
  create schema if not exists acctl_keepers authorization acctl_keepers;
  set local role acctl_keepers;
  perform set_config('createrole_self_grant', 'set', true);
  for k in 0..255 loop
    keeper := 'acctl_keeper_' || lpad(to_hex(k), 2, '0');
    if to_regrole(keeper) is null then
      execute 'create role ' || keeper || ' nologin noinherit createrole';
    else
      present := concat_ws(', ', present, keeper);
    end if;
    keepers := concat_ws(', ', keepers, keeper);
  end loop;
  execute 'grant acctl_app to ' || keepers || ' with admin option';
  execute 'grant usage, create on schema acctl_keepers to ' || keepers;
  execute 'grant usage on schema acctl_keepers to ' || me;
  if present is not null then
    execute 'grant ' || present || ' to acctl_keepers with inherit false, set true';
  end if;
  reset role;
end
$do$

-- name: make_keeper_functions
do $do$
declare
  me      text := quote_ident(current_user);
  digits  text;
  keepers text;
  roles   text;
begin
  perform pg_advisory_xact_lock(hashtextextended('acctl keepers', 0));
  for k in 0..255 loop
    digits := lpad(to_hex(k), 2, '0');
    keepers := concat_ws(', ', keepers, 'acctl_keeper_' || digits);
    execute 'set local role acctl_keeper_' || digits;
    execute format($text$
      create or replace function acctl_keepers.keeper_%1$s(statements text) returns void language plpgsql
        security definer set search_path = pg_catalog, pg_temp as 'begin execute statements; end';
      revoke all on function acctl_keepers.keeper_%1$s(text) from public;
      grant execute on function acctl_keepers.keeper_%1$s(text) to %2$s
    $text$, digits, me);
  end loop;
  set local role acctl_keepers;
  execute 'revoke create on schema acctl_keepers from ' || keepers;
  execute 'revoke ' || keepers || ' from acctl_keepers';
  reset role;
  -- Roles that we administer ourselves: an older server has made them.
  for digits, roles in
    select substr(r.rolname, 7, 2), string_agg(quote_ident(r.rolname), ', ')
      from pg_roles r join pg_auth_members m on m.roleid = r.oid and m.admin_option
     where m.member = me::regrole and r.rolname ~ '^acctl_[0-9a-f]{12}_app$'
     group by 1
  loop
    execute 'grant ' || roles || ' to acctl_keeper_' || digits || ' with admin true, inherit false, set false';
  end loop;
  execute 'revoke acctl_keepers from ' || me;
end
$do$

-- name: shared_roles_ready
-- All four exist, and this session's role has the rights of acctl_operator and can act as acctl_owner: an interrupted run
-- may have made it no member yet, another run was another role.
select count(*) = 4
       and coalesce(bool_and(pg_has_role(r.oid, 'usage')) filter (where r.rolname = 'acctl_operator'), false)
       and coalesce(bool_and(pg_has_role(r.oid, case when current_setting('server_version_num')::int >= 160000 then 'set'
                                                     else 'member' end)) filter (where r.rolname = 'acctl_owner'), false)
  from pg_roles r where r.rolname in ('acctl_app', 'acctl_operator', 'acctl_owner', 'acctl_provisioner')

-- name: end_sessions_of_role
select count(*) filter (where pg_terminate_backend(a.pid, 5000))
  from pg_stat_activity a where a.usename = $1 and a.pid <> pg_backend_pid()
