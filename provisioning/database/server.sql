-- name: session_facts
-- The backend's own pid shows whether a pooler stands between: then no lock of ours would be held. Under another
-- session_replication_role than origin neither triggers nor foreign keys hold; only a superuser can set it.
select pg_backend_pid(), current_setting('session_replication_role'), current_setting('server_encoding')

-- name: open_to_public
select d.datname, has_database_privilege('public', d.oid, 'connect') from pg_database d
 where d.datname = current_database()

-- name: database_facts
-- Of the databases named $1 to $3 those that exist: a tenant's, its quarantine, its template. The last column:
-- whether the system has other versions of its collations than those that it was made with; it cannot be copied then.
select d.datname, d.datallowconn, d.datconnlimit, pg_get_userbyid(d.datdba), shobj_description(d.oid, 'pg_database'),
       d.datcollversion is not null and d.datcollversion is distinct from pg_database_collation_actual_version(d.oid)
  from pg_database d where d.datname in ($1, $2, $3)

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

-- name: end_sessions_in_database
-- Those that we may end; another one makes the statement that needs them gone fail with 55006.
select count(*) filter (where pg_terminate_backend(a.pid, 5000))
  from pg_stat_activity a where a.datname = $1 and a.pid <> pg_backend_pid() and pg_has_role(a.usesysid, 'usage')

-- name: sessions_in_database
select string_agg(format('pid %s (%s)', a.pid, coalesce(nullif(a.application_name, ''), a.usename)), ', ')
  from pg_stat_activity a where a.datname = $1

-- name: template_databases
select d.datname, coalesce(shobj_description(d.oid, 'pg_database'), '') = 'acctl template', d.datistemplate
  from pg_database d where d.datname like 'acctl\_template\_%' order by 1
