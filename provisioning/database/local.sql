-- What the embedded cluster is made of beyond initdb; run once by its superuser in single-user mode, where a statement
-- ends with an empty line. Shared roles and everything else are made by `platform init`, as on any other server.

-- name: local_role
create role acctl login createdb createrole;

-- name: local_database
create database acctl owner acctl;

-- name: local_nobody_else
-- The application of a tenant connects to its own database and to no other.
revoke connect on database postgres, template1 from public; grant connect on database postgres to acctl;

-- name: local_no_network
alter system set listen_addresses = '';

-- name: local_no_socket
alter system set unix_socket_directories = '';

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
