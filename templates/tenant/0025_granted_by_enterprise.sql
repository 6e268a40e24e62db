-- What an enterprise has granted is neither given nor taken away from inside one tenant, whatever the scope of the role.
-- All of it binds the application; acctl answers to its own rules (provisioning/plan/enterprise_rule.cpp).

-- An assignment that reaches the entire enterprise, as before, and one that a grant of the enterprise has made.
create or replace function acctl.keep_enterprise_roles() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  reaching text;
  granted  text;
begin
  select role.key into reaching
    from app.roles as role
   where role.scope = 'enterprise'
     and (tg_op <> 'DELETE' and role.id = new.role_id
          or tg_op <> 'INSERT' and role.id = old.role_id and (old.expires_at is null or old.expires_at > now()));
  if found then
    raise exception 'role "%" reaches the entire enterprise and is not assigned in one tenant', reaching
      using errcode = 'insufficient_privilege';
  end if;
  if tg_op <> 'INSERT' and (old.expires_at is null or old.expires_at > now()) then
    select role.key into granted
      from app.roles as role
      join acctl.enterprise_holdings as held on held.role = role.key and held.user_id = old.user_id
     where role.id = old.role_id;
    if found then
      raise exception 'role "%" is granted by the enterprise and is not taken away in one tenant', granted
        using errcode = 'insufficient_privilege';
    end if;
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

-- What such a role gives: wider in one tenant, it would make its holders more than the enterprise has.
create function acctl.is_of_enterprise(role app.roles) returns boolean
  language sql stable set search_path = pg_catalog
as $$
  select role.scope = 'enterprise' or exists (select from acctl.enterprise_holdings as held where held.role = role.key)
$$;

create function acctl.keep_granted_permissions() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  granted text;
begin
  select role.key into granted
    from app.roles as role
   where (tg_op <> 'DELETE' and role.id = new.role_id or tg_op <> 'INSERT' and role.id = old.role_id)
     and acctl.is_of_enterprise(role)
   limit 1;
  if found then
    raise exception 'what role "%" gives is the enterprise''s and is not changed in one tenant', granted
      using errcode = 'insufficient_privilege';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

create trigger keep_granted_permissions before insert or update or delete on app.role_permissions
  for each row when (acctl.is_application()) execute function acctl.keep_granted_permissions();

-- Another role of its key would get the next grant.
create function acctl.keep_granted_role() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if acctl.is_of_enterprise(old) then
    raise exception 'role "%" is the enterprise''s and is not deleted in one tenant', old.key
      using errcode = 'insufficient_privilege';
  end if;
  return old;
end
$$;

create trigger keep_granted_role before delete on app.roles
  for each row when (acctl.is_application()) execute function acctl.keep_granted_role();

-- Who holds a grant keeps their address, as before, their status but for signing up, and their account.
create or replace function acctl.keep_enterprise_people() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if not exists (select from acctl.enterprise_holdings as h where h.user_id = old.id) then
    return case tg_op when 'DELETE' then old else new end;
  end if;
  if tg_op = 'UPDATE' and lower(new.email) <> lower(old.email) then
    raise exception 'user "%" has roles of an enterprise, which would follow to another address', old.email
      using errcode = 'insufficient_privilege';
  end if;
  raise exception 'user "%" has roles of an enterprise and is not % in one tenant', old.email,
    case when tg_op = 'DELETE' then 'deleted' when new.status = 'suspended' then 'suspended' else 'made ' || new.status end
    using errcode = 'insufficient_privilege';
end
$$;

create trigger keep_enterprise_status before update of status on app.users
  for each row when (new.status <> old.status and not (old.status = 'invited' and new.status = 'active')
                     and acctl.is_application())
  execute function acctl.keep_enterprise_people();
create trigger keep_enterprise_account before delete on app.users
  for each row when (acctl.is_application()) execute function acctl.keep_enterprise_people();
