-- name: tenant_use
-- How much of what it may use the tenant uses: seats, projects, bytes of files; roles that its pack did not seed ($1: the
-- keys of those by pack); people with CRM access, people who sign in elsewhere, and whether everybody has to.
select p.seats_used, p.projects_used, p.storage_used_bytes,
       (select count(*) from app.roles r where not r.system and not coalesce($1::jsonb -> t.pack ? r.key, false)),
       (select count(*) from app.users u where u.crm_access),
       (select count(*) from app.users u where u.idp <> 'local'),
       exists (select from app.settings s where s.key = 'sso.enforced' and s.value = 'true')
  from app.plan p, acctl.tenant t
