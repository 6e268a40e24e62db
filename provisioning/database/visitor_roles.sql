-- name: visitor_exists
select exists (select from pg_roles r where r.rolname = $1)

-- name: end_sessions_of_visitor
select count(*) filter (where pg_terminate_backend(a.pid, 5000)) from pg_stat_activity a where a.usename = $1

-- name: name_visitor
-- For grant_visiting, until the end of the transaction: who, and whether they write. One visitor at a time: grants on one
-- object that meet fail.
select set_config('acctl.visitor', $1, true), set_config('acctl.visitor_writes', $2::boolean::text, true),
       pg_advisory_xact_lock(hashtextextended('acctl visitors', 0))

-- name: grant_visiting
-- As the owner: to the visitor what the application can read, whole tables, and columns where others are left out: no
-- hashes and nonces, from which passwords and tokens could be guessed or derived. To one who writes also what the
-- application can write of work and configuration, but not who gets in and how (settings say whether single sign-on is
-- enforced, templates of mail carry the links of invitations): that would outlive the visit, past the rules and the trail
-- of acctl's own commands.
do $do$
declare
  visitor text := quote_ident(current_setting('acctl.visitor'));
  writes  boolean := current_setting('acctl.visitor_writes');
  access  constant text[] := array['users', 'roles', 'role_templates', 'role_permissions', 'role_template_permissions',
                                   'user_roles', 'user_permissions', 'api_keys', 'credentials', 'sessions',
                                   'invitations', 'magic_links', 'outbox', 'identity_providers', 'settings',
                                   'email_templates'];
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
  if writes then
    select string_agg(format('grant %s on %s to %s', p.privilege, c.oid::regclass, visitor), '; ' order by c.oid)
      into grants
      from pg_class c cross join unnest(array['insert', 'update', 'delete']) as p(privilege)
     where c.relnamespace = 'app'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all (access)
       and has_table_privilege('acctl_app', c.oid, p.privilege);
    execute grants;
    execute 'grant update (name) on app.users to ' || visitor;
    -- A contact signs in to the portal by address.
    execute 'revoke update on app.contacts from ' || visitor;
    select format('grant update (%s) on app.contacts to %s', string_agg(quote_ident(a.attname), ', '), visitor)
      into grants
      from pg_attribute a
     where a.attrelid = 'app.contacts'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and a.attidentity = '' and a.attname <> 'email';
    execute grants;
    execute 'grant usage on all sequences in schema app to ' || visitor;
  end if;
end
$do$
