-- What a PostgreSQL server that tenants live on shows of itself. Statements that take no parameters (CREATE DATABASE,
-- ALTER ROLE ...) are composed in server.cpp.

-- name: open_to_public
select d.datname, has_database_privilege('public', d.oid, 'connect') from pg_database d
 where d.datname = current_database()

-- name: database_facts
-- Of the databases named $1 to $3 those that exist: a tenant's, its quarantine, its template. The last column:
-- whether the system has other versions of its collations than those that it was made with; it cannot be copied then.
select d.datname, d.datallowconn, d.datconnlimit, pg_get_userbyid(d.datdba), shobj_description(d.oid, 'pg_database'),
       d.datcollversion is not null and d.datcollversion is distinct from pg_database_collation_actual_version(d.oid)
  from pg_database d where d.datname in ($1, $2, $3)

-- name: shared_roles_ready
-- All four exist, and this session's role has the rights of acctl_operator and can act as acctl_owner: an interrupted run
-- may have made it no member yet, another run was another role.
select count(*) = 4
       and coalesce(bool_and(pg_has_role(r.oid, 'usage')) filter (where r.rolname = 'acctl_operator'), false)
       and coalesce(bool_and(pg_has_role(r.oid, case when current_setting('server_version_num')::int >= 160000 then 'set'
                                                     else 'member' end)) filter (where r.rolname = 'acctl_owner'), false)
  from pg_roles r where r.rolname in ('acctl_app', 'acctl_operator', 'acctl_owner', 'acctl_provisioner')

-- name: owns_database
select pg_has_role(d.datdba, 'usage') from pg_database d where d.datname = $1

-- name: template0_is_utf8
select encoding = pg_char_to_encoding('UTF8') from pg_database where datname = 'template0'

-- name: lock_templates
-- Who puts one in another's place, until the end of the transaction.
select pg_advisory_xact_lock(hashtextextended('acctl templates', 0))

-- name: role_facts
select r.rolname, r.rolcanlogin, shobj_description(r.oid, 'pg_authid'),
       exists (select from pg_auth_members m join pg_roles u on u.oid = m.member
                where m.roleid = r.oid and u.rolname = current_user
                  and (m.grantor = u.oid or not m.admin_option))
  from pg_roles r where r.rolname in ($1, $2)

-- name: end_sessions_of_role
select count(*) filter (where pg_terminate_backend(a.pid, 5000))
  from pg_stat_activity a where a.usename = $1 and a.pid <> pg_backend_pid()

-- name: end_sessions_in_database
-- Those that we may end; another one makes the statement that needs them gone fail with 55006.
select count(*) filter (where pg_terminate_backend(a.pid, 5000))
  from pg_stat_activity a where a.datname = $1 and a.pid <> pg_backend_pid() and pg_has_role(a.usesysid, 'usage')

-- name: sessions_in_database
select string_agg(format('pid %s (%s)', a.pid, coalesce(nullif(a.application_name, ''), a.usename)), ', ')
  from pg_stat_activity a where a.datname = $1

-- name: marked_databases
select d.datname, shobj_description(d.oid, 'pg_database') from pg_database d
 where shobj_description(d.oid, 'pg_database') like 'acctl tenant %' order by 1

-- name: marked_roles
select r.rolname, shobj_description(r.oid, 'pg_authid') from pg_roles r
 where shobj_description(r.oid, 'pg_authid') like 'acctl tenant %' order by 1

-- name: template_databases
select d.datname, coalesce(shobj_description(d.oid, 'pg_database'), '') = 'acctl template', d.datistemplate
  from pg_database d where d.datname like 'acctl\_template\_%' order by 1

-- name: building_name
-- Seconds since 1970 and a random word: the name of a template that is being built.
select floor(extract(epoch from clock_timestamp()))::bigint, substr(md5(gen_random_uuid()::text), 1, 8)
