-- What an API key may do follows what it rests on, and a key of the enterprise is not changed in one tenant.

-- A key ends with its role, and keeps its place in the list.
alter table app.api_keys drop constraint api_keys_role_id_fkey;
alter table app.api_keys add constraint api_keys_role_id_fkey foreign key (role_id) references app.roles;

create function acctl.end_keys_of_role() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  update app.api_keys set role_id = null, permissions = '{}', revoked_at = coalesce(revoked_at, now())
   where role_id = old.id;
  return old;
end
$$;

create trigger end_keys_of_role before delete on app.roles
  for each row execute function acctl.end_keys_of_role();

-- Keys name permissions by their keys: another name is followed, so that a later permission of the old name gives them
-- nothing.
create function acctl.rename_in_keys() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  update app.api_keys
     set permissions = (permissions - old.key) || jsonb_build_object(new.key, permissions -> old.key)
   where permissions ? old.key;
  return null;
end
$$;

create trigger rename_in_keys after update of key on app.permissions
  for each row when (old.key <> new.key) execute function acctl.rename_in_keys();

drop trigger check_key on app.api_keys;
create trigger check_key
  before insert or delete
      or update of owner, user_id, created_by, role_id, permissions, revoked_at, expires_at, key_hash, enterprise_key,
                   name, prefix
  on app.api_keys
  for each row when (acctl.is_application()) execute function acctl.check_key();
