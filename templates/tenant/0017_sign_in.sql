-- How people sign in: the tenant's identity providers, whom single sign-on binds, and how long a sign-in lasts.

-- -------------------------------------------------------------------------------------------------------------------
-- Identity providers; the key is one of the sorts that app.users.idp names. A secret is a reference to where it is
-- kept.
create table app.identity_providers (
  id         bigint generated always as identity primary key,
  key        text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name       text not null check (name <> ''),
  issuer     text not null check (issuer ~ '^https://[^[:space:][:cntrl:]]+$'),
  client_id  text not null check (client_id <> '' and client_id !~ '[[:cntrl:]]'),
  domains    jsonb not null default '[]' check (jsonb_typeof(domains) = 'array'),  -- of addresses that sign in here
  secret     text check (secret ~ '^(env|file|vault):[^[:space:][:cntrl:]]+$'),
  enabled    boolean not null default true,
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint identity_providers_lengths check (
    char_length(name) <= 200 and char_length(issuer) <= 200 and char_length(client_id) <= 200
    and char_length(secret) <= 200 and octet_length(domains::text) <= 65536)
);

create trigger touch before update on app.identity_providers for each row execute function app.touch();
create trigger bump_revision before insert or update or delete or truncate on app.identity_providers
  for each statement execute function acctl.bump_revision();
create trigger keep_manager before insert or update of manager on app.identity_providers for each row
  when (acctl.is_application()) execute function acctl.keep_manager();

grant select, insert, update, delete on app.identity_providers to acctl_app, acctl_operator;

-- -------------------------------------------------------------------------------------------------------------------
-- How long a sign-in lasts: as the user's own value says, else the shortest of the user's roles, else the setting.
alter table app.roles add column session_hours integer check (session_hours between 1 and 8760);
grant insert (session_hours), update (session_hours) on app.roles to acctl_app;

create view app.sign_in as
  select u.id as user_id, u.email, u.idp,
         u.status = 'active'
           and (u.idp <> 'local' or not enforced.yes
                or exists (select from app.admins as admin where admin.user_id = u.id and admin.permanent)) as allowed,
         coalesce(u.session_hours,
                  (select min(role.session_hours)
                     from app.user_roles as held join app.roles as role on role.id = held.role_id
                    where held.user_id = u.id and (held.expires_at is null or held.expires_at > now())),
                  (select least(greatest((s.value #>> '{}')::numeric, 1), 8760)::integer from app.settings as s
                    where s.key = 'session.hours' and jsonb_typeof(s.value) = 'number')) as session_hours
    from app.users as u
   cross join lateral (select exists (select from app.settings as s
                                       where s.key = 'sso.enforced' and s.value = 'true') as yes) as enforced;

grant select on app.sign_in to acctl_app, acctl_operator;

-- -------------------------------------------------------------------------------------------------------------------
-- Single sign-on. Binds everybody.

create function acctl.require_sso_feature() returns void
  language plpgsql stable security definer set search_path = pg_catalog
as $$
begin
  if exists (select from acctl.tenant where features is not null and features -> 'sso' is distinct from 'true') then
    raise exception 'the plan does not include single sign-on'
      using errcode = 'configuration_limit_exceeded', hint = 'Change the plan, or give the tenant the feature sso.';
  end if;
end
$$;

create function acctl.check_identity_provider() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  perform acctl.require_sso_feature();
  return new;
end
$$;

create trigger check_feature before insert on app.identity_providers
  for each row execute function acctl.check_identity_provider();

-- Where the setting sso.enforced is true, nobody but an admin is made to sign in without an identity provider: an admin
-- needs a way in when the provider fails. Looked at once at the end of a transaction, for a user comes before the role
-- that makes an admin; the row of acctl.revision is passed by every change that could matter. What this transaction
-- has written bears its time. Who has lost the role since is left alone here, and not let in by app.sign_in.
create function acctl.check_sso() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  fresh boolean;
  stray record;
begin
  select s.updated_at = now() into fresh from app.settings as s where s.key = 'sso.enforced' and s.value = 'true';
  if fresh is null then
    return null;
  end if;
  if fresh then
    perform acctl.require_sso_feature();
    if not exists (select from app.identity_providers as p where p.enabled) then
      raise exception 'sso.enforced needs an identity provider, and none is configured'
        using errcode = 'configuration_limit_exceeded',
              hint = 'Declare one under idp: first; the same files can do it.';
    end if;
  end if;
  select u.email, count(*) over () as number into stray
    from app.users as u
   where u.idp = 'local' and u.status <> 'suspended' and (fresh or u.updated_at = now())
     and not exists (select from app.admins as admin where admin.user_id = u.id and admin.permanent)
   order by u.email
   limit 1;
  if found then
    raise exception '%', case stray.number
        when 1 then format('user "%s" would sign in without an identity provider', stray.email)
        else format('%s users would sign in without an identity provider, such as "%s"', stray.number, stray.email) end
        || '; sso.enforced allows that to admins alone'
      using errcode = 'configuration_limit_exceeded', hint = 'Give them a provider, such as --idp entra.';
  end if;
  return null;
end
$$;

create constraint trigger check_sso after update on acctl.revision
  deferrable initially deferred
  for each row execute function acctl.check_sso();
