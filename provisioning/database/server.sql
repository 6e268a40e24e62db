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

-- name: free_connections
-- How many sessions more the role of this session may begin: what the server has left beside what it reserves, and what
-- the role's own limit leaves. Sessions without a database or a role are none of clients.
select greatest(0, least(
         current_setting('max_connections')::integer - a.of_all
         - case when r.rolsuper then 0
                else current_setting('superuser_reserved_connections')::integer
                     + case when exists (select from pg_roles g where g.rolname = 'pg_use_reserved_connections'
                                            and pg_has_role(r.oid, g.oid, 'usage')) then 0
                            else coalesce(current_setting('reserved_connections', true), '0')::integer end end,
         case when not r.rolsuper and r.rolconnlimit >= 0 then r.rolconnlimit - a.of_role end))
  from pg_roles r
 cross join lateral (
   select count(*) as of_all, count(*) filter (where s.usesysid = r.oid) as of_role
     from pg_stat_activity s where s.datid is not null and s.usesysid is not null) a
 where r.rolname = session_user

-- name: template_databases
select d.datname, coalesce(shobj_description(d.oid, 'pg_database'), '') = 'acctl template', d.datistemplate
  from pg_database d where d.datname like 'acctl\_template\_%' order by 1
