-- Who holds one permission, and what API keys may do.

-- -------------------------------------------------------------------------------------------------------------------
-- The rules of app.effective_permissions turned around: each way by which somebody holds permission `asked`, at level
-- `at_level` or a wider one (null: at any). A statement of one query that the planner takes into the one that calls it.
-- A way is as old as the younger of its two edges; "*" gives a permission since the catalogue has it.
create function app.permission_ways(asked text, at_level text)
  returns table (user_id bigint, level text, via text, since timestamptz, until timestamptz)
  language sql stable
as $$
  with giving as (
    select p.id, p.key, coalesce(wanted.widest_level, p.widest_level) as widest_level, wanted.created_at,
           wanted.key like 'crm.%' as is_crm
      from app.permissions as wanted
      join app.permissions as p on p.key in (wanted.key, '*')
     where wanted.key = asked
  ), way as (
    select edge.user_id, coalesce(edge.level, g.widest_level) as level, 'direct' as via,
           greatest(edge.created_at, g.created_at) as since, null::timestamptz as until, g.is_crm
      from giving as g
      join app.user_permissions as edge on edge.permission_id = g.id
    union all
    select held.user_id, coalesce(edge.level, g.widest_level), 'role:' || role.key,
           greatest(held.created_at, edge.created_at, g.created_at), held.expires_at, g.is_crm
      from giving as g
      join app.role_permissions as edge on edge.permission_id = g.id
      join app.roles as role on role.id = edge.role_id
      join app.user_roles as held on held.role_id = role.id and (held.expires_at is null or held.expires_at > now())
    union all
    select holder.id, coalesce(edge.level, g.widest_level), 'template:' || template.key,
           greatest(holder.created_at, edge.created_at, g.created_at), null, g.is_crm
      from giving as g
      join app.role_template_permissions as edge on edge.permission_id = g.id
      join app.role_templates as template on template.id = edge.role_template_id
      join app.users as holder on holder.role_template_id = template.id
  )
  select way.user_id, way.level, way.via, way.since, way.until
    from way
    join app.users as u on u.id = way.user_id
   where u.status in ('active', 'invited')
     and (not way.is_crm or u.crm_access or u.id in (select admin.user_id from app.admins as admin))
     and (at_level is null
          or array_position(array['global', 'group', 'restricted'], way.level)
             <= array_position(array['global', 'group', 'restricted'], at_level))
$$;

-- -------------------------------------------------------------------------------------------------------------------
-- API keys of a user, of the organization, or of its enterprise. A key may do what its own role or permissions say,
-- and never more than its user and whoever made it may do at that moment; without any of its own, it is a user's and
-- may do what the user may. What a key may do is settled when it is made: it can only shrink.
alter table app.api_keys
  alter column user_id drop not null,
  add column owner varchar(12) not null default 'user' check (owner in ('user', 'organization', 'enterprise')),
  add column role_id bigint references app.roles on delete cascade,
  add column permissions jsonb check (jsonb_typeof(permissions) = 'object'),  -- key -> level, or null for the widest
  add column enterprise_key uuid,                        -- of the registry: the key is the same in all its tenants
  add constraint api_keys_owner check ((owner = 'user') = (user_id is not null)),
  add constraint api_keys_own check (role_id is null or permissions is null),
  add constraint api_keys_bounded check (user_id is not null or role_id is not null or permissions is not null),
  add constraint api_keys_enterprise check ((owner = 'enterprise') = (enterprise_key is not null));

create index api_keys_role on app.api_keys (role_id) where role_id is not null;
create unique index api_keys_shared_name on app.api_keys (owner, name) where user_id is null and revoked_at is null;

-- What a key's own role or permissions say.
create view app.api_key_own_permissions as
  select k.id as key_id, permission.key as permission,
         (array['global', 'group', 'restricted'])[min(array_position(array['global', 'group', 'restricted'],
                                                                     coalesce(edge.level, permission.widest_level)))]
           as level
    from app.api_keys as k
    join app.role_permissions as edge on edge.role_id = k.role_id
    join app.permissions as given on given.id = edge.permission_id
    join app.permissions as permission on permission.id = given.id or given.key = '*'
   group by k.id, permission.id
  union all
  select k.id, permission.key, coalesce(k.permissions ->> permission.key, permission.widest_level)
    from app.api_keys as k
    join app.permissions as permission on k.permissions ? permission.key;

-- What a key may do now; nothing once it has ended. Ask by key_id.
create view app.api_key_permissions as
  select k.id as key_id, own.permission,
         (array['global', 'group', 'restricted'])[greatest(
            array_position(array['global', 'group', 'restricted'], own.level),
            array_position(array['global', 'group', 'restricted'], bearer.level),
            array_position(array['global', 'group', 'restricted'], maker.level))] as level
    from app.api_keys as k
    join lateral (
      select o.permission, o.level from app.api_key_own_permissions as o where o.key_id = k.id
      union all
      select e.permission, e.level from app.effective_permissions as e
       where e.user_id = k.user_id and k.role_id is null and k.permissions is null) as own on true
    left join lateral (select e.permission, e.level from app.effective_permissions as e
                        where e.user_id = k.user_id and e.permission = own.permission) as bearer on true
    left join lateral (select e.permission, e.level from app.effective_permissions as e
                        where e.user_id = k.created_by and e.permission = own.permission) as maker on true
   where k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
     and (k.user_id is null or bearer.permission is not null)
     and (k.created_by is null or maker.permission is not null);

grant select on app.api_key_own_permissions, app.api_key_permissions to acctl_app, acctl_operator;

-- Who cannot act any more leaves no key behind that was made on their authority. Binds everybody.
create function acctl.end_keys_made() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  update app.api_keys set revoked_at = now() where created_by = old.id and revoked_at is null;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

create trigger end_keys_made after update of status on app.users
  for each row when (old.status = 'active' and new.status <> 'active' or new.status = 'suspended')
  execute function acctl.end_keys_made();
create trigger end_keys_made_by_deleted before delete on app.users
  for each row execute function acctl.end_keys_made();

-- Binds the application: it makes no keys of an enterprise and ends none, a key of the organization names the active
-- user who makes it, and what a key may do never changes.
create function acctl.check_key() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if tg_op <> 'INSERT' and old.owner = 'enterprise' or tg_op <> 'DELETE' and new.owner = 'enterprise' then
    raise exception 'API key "%" is the enterprise''s and not changed in one tenant', coalesce(old.name, new.name)
      using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  if tg_op = 'INSERT' and new.owner = 'organization'
     and not exists (select from app.users as u where u.id = new.created_by and u.status = 'active') then
    raise exception 'API key "%" does not name the active user who makes it', new.name
      using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' and (new.owner, new.user_id, new.created_by, new.role_id, new.permissions)
                          is distinct from (old.owner, old.user_id, old.created_by, old.role_id, old.permissions) then
    raise exception 'what API key "%" may do cannot be changed', new.name
      using errcode = 'insufficient_privilege', hint = 'Create another key.';
  end if;
  return new;
end
$$;

-- That it was used is the application's to write, whoever's it is.
create trigger check_key
  before insert or delete
      or update of owner, user_id, created_by, role_id, permissions, revoked_at, expires_at, key_hash
  on app.api_keys
  for each row when (acctl.is_application()) execute function acctl.check_key();
