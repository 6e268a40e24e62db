-- Who was deleted comes back by undo as the same person; and the last admins whom an identity provider lets in stay.

-- Authors, as before; and somebody whom acctl restores under their former id is again the author of what they wrote. The
-- application, which could choose an id, takes over nobody's.
create or replace function app.keep_authors() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if tg_op = 'INSERT' and acctl.is_application() then
    insert into app.authors (id, name)
      select touched.id, coalesce(nullif(touched.name, ''), touched.email) from touched;
  elsif tg_op = 'INSERT' then
    insert into app.authors (id, name)
      select touched.id, coalesce(nullif(touched.name, ''), touched.email) from touched
      on conflict (id) do update set name = excluded.name, deleted_at = null;
  elsif tg_op = 'UPDATE' then
    update app.authors as author
       set name = coalesce(nullif(touched.name, ''), touched.email)
      from touched
     where author.id = touched.id and author.name <> coalesce(nullif(touched.name, ''), touched.email);
  else
    update app.authors as author
       set name = 'Deleted user', deleted_at = now()
      from touched
     where author.id = touched.id;
  end if;
  return null;
end
$$;

-- As before, and of a user the id, as work "authors". What is deleted bears its own key: acctl gives a temporary one only
-- to what configuration refers to, which has no work.
create or replace function acctl.note_released_work() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  links  record;
  of_key text := lower(to_jsonb(old) ->> case tg_table_name when 'users' then 'email' else 'key' end);
begin
  if tg_table_name = 'users' then
    -- A run may delete hundreds of thousands of users: this statement is planned once, those of the loop below each time.
    insert into acctl.released_work (kind, key, work, ids, returned)
    select 'users', of_key, x.work, array_agg(x.id), false
      from (select 'tickets' as work, t.id from app.tickets as t where t.assignee_id = old.id
            union all
            select 'items', i.id from app.items as i where i.assignee_id = old.id
            union all
            select 'ticket_followers', f.ticket_id from app.ticket_followers as f where f.user_id = old.id
            union all
            select 'item_followers', f.item_id from app.item_followers as f where f.user_id = old.id
            union all
            select 'authors', old.id) as x
     group by x.work;
    return old;
  end if;
  for links in select l.work, l.link from acctl.work_links() as l where l.kind = tg_table_name loop
    execute format(
      'insert into acctl.released_work (kind, key, work, ids, returned)
       select $1, $2, $3, array_agg(x.id), false from app.%I as x where x.%I = $4 having count(*) > 0',
      links.work, links.link)
      using tg_table_name, of_key, links.work, old.id;
  end loop;
  return old;
end
$$;

-- As before; what was removed is found by the key that it had before the run.
create or replace function acctl.return_work(undone bigint) returns void
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  part record;
begin
  for part in
    select w.kind, w.key, w.work, w.ids, l.link, (select h.id from app.users as h where lower(h.email) = w.heir) as holder
      from acctl.runs as r
      join acctl.released_work as w on w.at = r.at and not w.returned
      join acctl.work_links() as l on l.kind = w.kind and l.work = w.work
     where r.id = undone
       and (w.heir is not null
            or exists (select from acctl.changes as c
                        where c.run_id = r.id and c.action = 'remove' and c.kind = w.kind
                          and coalesce(c.fields -> 'key' ->> 'before', c.key) = w.key))
  loop
    execute format(
      'with returned as (
         update app.%I as x set %I = o.id from app.%I as o
          where %s = $2 and x.id = any ($4) and x.%I is not distinct from $5
         returning x.id)
       insert into acctl.released_work (kind, key, work, ids, returned)
       select $1, $2, $3, array_agg(id), true from returned having count(*) > 0',
      part.work, part.link, part.kind, case part.kind when 'users' then 'lower(o.email)' else 'o.key' end, part.link)
      using part.kind, part.key, part.work, part.ids, part.holder;
  end loop;
  insert into app.ticket_followers (ticket_id, user_id)
  select t.id, u.id
    from acctl.runs as r
    join acctl.released_work as w on w.at = r.at and w.work = 'ticket_followers'
    join app.users as u on lower(u.email) = w.key
    join app.tickets as t on t.id = any (w.ids)
   where r.id = undone
  on conflict do nothing;
  insert into app.item_followers (item_id, user_id)
  select i.id, u.id
    from acctl.runs as r
    join acctl.released_work as w on w.at = r.at and w.work = 'item_followers'
    join app.users as u on lower(u.email) = w.key
    join app.items as i on i.id = any (w.ids)
   where r.id = undone
  on conflict do nothing;
end
$$;

-- -------------------------------------------------------------------------------------------------------------------
-- Identity providers, as provisioning/plan/sign_in.cpp judges them.

-- Whether a provider signs in whoever has this address: enabled, and for the domain if it names any.
create function app.lets_in(provider app.identity_providers, email text) returns boolean
  language sql immutable set search_path = pg_catalog
as $$
  select (provider).enabled
     and (not jsonb_path_exists((provider).domains, '$[*] ? (@.type() == "string")')
          or exists (select from jsonb_array_elements_text((provider).domains) as domain
                      where lower(domain) = lower(split_part(email, '@', 2))))
$$;

-- As before, and nobody signs in through a provider that does not let them in. One that the tenant has not configured
-- leaves the choice to the users' own definitions.
create or replace view app.sign_in as
  select u.id as user_id, u.email, u.idp,
         u.status = 'active'
           and case when u.idp = 'local'
                    then not enforced.yes
                         or exists (select from app.admins as admin where admin.user_id = u.id and admin.permanent)
                    else not exists (select from app.identity_providers as p
                                      where p.key = u.idp and not app.lets_in(p, u.email)) end as allowed,
         coalesce(u.session_hours,
                  (select min(role.session_hours)
                     from app.user_roles as held join app.roles as role on role.id = held.role_id
                    where held.user_id = u.id and (held.expires_at is null or held.expires_at > now())),
                  (select least(greatest((s.value #>> '{}')::numeric, 1), 8760)::integer from app.settings as s
                    where s.key = 'session.hours' and jsonb_typeof(s.value) = 'number')) as session_hours
    from app.users as u
   cross join lateral (select exists (select from app.settings as s
                                       where s.key = 'sso.enforced' and s.value = 'true') as yes) as enforced;

-- Whether an active admin whose role has no end can sign in. `former`: the providers that the transaction found; one
-- of them that is there no longer lets nobody in.
create function acctl.admits_admin(former text[]) returns boolean
  language sql stable set search_path = pg_catalog
as $$
  select exists (
    select from app.admins as a
      join app.users as u on u.id = a.user_id
      left join app.identity_providers as p on p.key = u.idp
     where a.status = 'active' and a.permanent
       and (u.idp = 'local'
            or case when p.id is null then u.idp <> all (former) else app.lets_in(p, u.email) end))
$$;

-- What a transaction of the application found, beside the standing of admins (0006).
alter table acctl.revision
  add column providers text[],
  add column admits_admin boolean,
  alter column providers set storage plain;

create or replace function acctl.bump_revision() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  last_writer xid8;
  found_here  text[];
begin
  update acctl.revision set counter = counter + 1 returning writer into last_writer;
  -- Looked at in a statement of its own: only that sees what others committed while we waited for the row.
  if acctl.is_application() and last_writer is distinct from pg_current_xact_id() then
    found_here := array(select p.key from app.identity_providers as p);
    update acctl.revision
       set writer = pg_current_xact_id(), standing = acctl.admin_standing(), providers = found_here,
           admits_admin = acctl.admits_admin(found_here);
  end if;
  return null;
end
$$;

-- As before, and none ends with admins alone whom no provider lets in, if it found one who could sign in.
create or replace function acctl.keep_admin() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if acctl.admin_standing() < new.standing then
    raise exception 'the tenant would be left without %',
      case new.standing when 2 then 'an active admin whose role has no end' else 'an admin' end
      using errcode = 'restrict_violation', hint = 'Make somebody else an admin first.';
  end if;
  if new.admits_admin and not acctl.admits_admin(new.providers) then
    raise exception 'the tenant would be left without an active admin who can sign in'
      using errcode = 'restrict_violation',
            hint = 'Let an admin sign in another way first, or make somebody else an admin.';
  end if;
  return null;
end
$$;

-- Binds the application: where single sign-on is enforced, an enabled provider stays.
create function acctl.keep_provider() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
begin
  if exists (select from app.settings as s where s.key = 'sso.enforced' and s.value = 'true')
     and not exists (select from app.identity_providers as p where p.enabled) then
    raise exception 'sso.enforced needs an identity provider, and none would be left that is enabled'
      using errcode = 'restrict_violation', hint = 'Set sso.enforced to false first.';
  end if;
  return null;
end
$$;

create constraint trigger keep_provider after update of key, enabled or delete on app.identity_providers
  deferrable initially deferred
  for each row when (acctl.is_application()) execute function acctl.keep_provider();
