-- Base roles: where a tenant has some, every user has exactly one of them, without an end; what else somebody may do is
-- added by role templates and single permissions. The conversational suite has two, admin and user.
alter table app.roles add column base boolean not null default false;

-- Tenants that are older than the rule. Users who do not fit it stay as they are until somebody changes their roles.
update app.roles set base = true
 where system and key in ('admin', 'user') and exists (select from acctl.tenant as t where t.pack = 'conversational');

-- Binds the application: which roles are base roles is acctl's to say.
create function acctl.keep_base() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  raise exception 'column "base" of app.roles is not the application''s to write' using errcode = 'insufficient_privilege';
end
$$;

create trigger keep_base_insert before insert on app.roles
  for each row when (new.base and acctl.is_application()) execute function acctl.keep_base();
create trigger keep_base_update before update of base on app.roles
  for each row when (new.base <> old.base and acctl.is_application()) execute function acctl.keep_base();

-- Binds the application, which may create a user and give the base role in another transaction: nobody gets a second
-- base role, and nobody who can sign in loses the only one. acctl answers to its own guard.
create function acctl.keep_base_role() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  holder record;
begin
  select u.email, u.status, count(*) filter (where r.base) as held into holder
    from app.users as u
    left join app.user_roles as h on h.user_id = u.id and h.expires_at is null
    left join app.roles as r on r.id = h.role_id
   where u.id = case tg_op when 'DELETE' then old.user_id else new.user_id end
   group by u.id;
  if not found or holder.held = 1 or holder.held = 0 and (tg_op = 'INSERT' or holder.status = 'suspended')
     or not exists (select from app.roles where base) then
    return null;
  end if;
  raise exception 'user "%" would hold % base roles', holder.email, holder.held
    using errcode = 'restrict_violation',
          hint = 'Every user holds exactly one of: '
                 || (select string_agg(r.key, ', ' order by r.key) from app.roles as r where r.base) || '.';
end
$$;

create constraint trigger keep_base_role after insert or update or delete on app.user_roles
  deferrable initially deferred
  for each row when (acctl.is_application()) execute function acctl.keep_base_role();
