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
