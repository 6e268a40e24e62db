-- What acctl has ended stays ended, whatever the application writes.

-- Binds the application: as before, and whoever makes a key is an active user. Keys of the organization, and those whose
-- maker is not active, stay revoked and live no longer than they were made for.
create or replace function acctl.check_key() returns trigger
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
  if tg_op = 'INSERT' and (new.owner = 'organization' or new.created_by is not null)
     and not exists (select from app.users as u where u.id = new.created_by and u.status = 'active') then
    raise exception 'API key "%" does not name the active user who makes it', new.name
      using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' then
    if (new.owner, new.user_id, new.created_by, new.role_id, new.permissions)
       is distinct from (old.owner, old.user_id, old.created_by, old.role_id, old.permissions) then
      raise exception 'what API key "%" may do cannot be changed', new.name
        using errcode = 'insufficient_privilege', hint = 'Create another key.';
    end if;
    if (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at
        or coalesce(new.expires_at, 'infinity') > coalesce(old.expires_at, 'infinity'))
       and (new.owner <> 'user'
            or new.created_by is not null
               and not exists (select from app.users as u where u.id = new.created_by and u.status = 'active')) then
      raise exception 'API key "%" has ended or ends, and is not made to last', new.name
        using errcode = 'insufficient_privilege', hint = 'Create another key.';
    end if;
  end if;
  return new;
end
$$;

-- Domains are texts; rows that are older than this rule stay as they are.
alter table app.identity_providers add constraint identity_providers_domains
  check (not jsonb_path_exists(domains, 'strict $[*] ? (@.type() <> "string")')) not valid;

-- The time by which acctl.check_sso tells what a transaction has written is the database's.
create trigger stamp before insert on app.settings for each row when (acctl.is_application())
  execute function app.touch();
create trigger stamp before insert on app.users for each row when (acctl.is_application())
  execute function app.touch();

-- Grants of an enterprise name roles by key: another key in one tenant would keep the role from being revoked there.
-- Binds everybody.
create function acctl.keep_granted_key() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if exists (select from acctl.enterprise_holdings as h where h.role = old.key) then
    raise exception 'role "%" is granted by the enterprise and keeps its key', old.key
      using errcode = 'restrict_violation',
            hint = 'Revoke it in the enterprise first: acctl enterprise revoke ENTERPRISE EMAIL ROLE';
  end if;
  return new;
end
$$;

create trigger keep_granted_key before update of key on app.roles
  for each row when (old.key <> new.key) execute function acctl.keep_granted_key();
