-- Who is deleted takes along the grants of theirs that have ended. Mostly there are none, and then nothing is deleted: each
-- statement on app.user_roles counts the revision up, and one for each of many thousand users in a transaction has to
-- search through all versions of that row which those before it have left.
create or replace function app.drop_ended_grants() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  if tg_relid = 'app.users'::regclass then
    if exists (select from app.user_roles where user_id = old.id and expires_at <= now()) then
      delete from app.user_roles where user_id = old.id and expires_at <= now();
    end if;
  elsif exists (select from app.user_roles where role_id = old.id and expires_at <= now()) then
    delete from app.user_roles where role_id = old.id and expires_at <= now();
  end if;
  return old;
end
$$;
