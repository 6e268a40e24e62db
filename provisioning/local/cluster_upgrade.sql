-- name: local_administration
-- After pg_upgrade, as superuser: on PostgreSQL 15 whoever could make roles could alter all of them, from 16 on only those
-- that it administers. What acctl inherits from its groups stays.
do $do$
declare
  name text;
begin
  if current_setting('server_version_num')::int < 160000 then
    return;
  end if;
  for name in select rolname from pg_roles where rolname ~ '^acctl_' loop
    execute format('grant %I to acctl with admin true', name) ||
            case when name in ('acctl_operator', 'acctl_provisioner') then '' else ', inherit false, set false' end;
  end loop;
end
$do$
