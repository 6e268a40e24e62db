-- Binds the application: a grant of an enterprise follows its person's address into other tenants, so that of somebody
-- who has one is not changed from inside one tenant alone ('acctl user edit --email' does it).
create function acctl.keep_enterprise_people() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if exists (select from acctl.enterprise_holdings as h where h.user_id = old.id) then
    raise exception 'user "%" has roles of an enterprise, which would follow to another address', old.email
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;

create trigger keep_enterprise_people before update of email on app.users
  for each row when (lower(new.email) <> lower(old.email) and acctl.is_application())
  execute function acctl.keep_enterprise_people();
