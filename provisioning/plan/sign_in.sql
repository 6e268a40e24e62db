-- name: sign_in_rules
-- Whether the plan lacks single sign-on, whether it is enforced, and the providers as JSON: {key: {domains, enabled}};
-- null for none.
select (select t.features is not null and t.features -> 'sso' is distinct from 'true' from acctl.tenant t),
       exists (select from app.settings s where s.key = 'sso.enforced' and s.value = 'true'),
       (select json_object_agg(p.key, json_build_object('domains', p.domains, 'enabled', p.enabled))
          from app.identity_providers p)

-- name: ways_of_admins
-- Active admins whose role has no end, each with the provider through which they sign in.
select lower(a.email), u.idp
  from app.admins a join app.users u on u.id = a.user_id
 where a.status = 'active' and a.permanent

-- name: permanent_admins_among
select lower(a.email) from app.admins a where a.permanent and lower(a.email) = any ($1::text[])

-- name: users_without_provider
-- Of all but the users $1 those who sign in without a provider and are no permanent admins: how many, and the first.
select count(*), min(lower(u.email) collate "C")
  from app.users u
 where u.idp = 'local' and u.status <> 'suspended' and lower(u.email) <> all ($1::text[])
   and not exists (select from app.admins a where a.user_id = u.id and a.permanent)
