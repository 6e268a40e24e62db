-- Who was deleted comes back by undo as the same person.

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

-- As before, and of a user the id, as work "authors". An object whose key another one takes over in the same transaction
-- bears a temporary one when it is deleted: acctl has noted its key then, as work "replaced".
create or replace function acctl.note_released_work() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  links  record;
  of_key text := lower(to_jsonb(old) ->> case tg_table_name when 'users' then 'email' else 'key' end);
begin
  if of_key like 'acctl-moving-%' or of_key like 'acctl-%@moving.invalid' then
    of_key := coalesce((select r.key
                          from acctl.released_work as r
                         where r.at = now() and r.kind = tg_table_name and r.work = 'replaced'
                           and r.ids = array[old.id]), of_key);
  end if;
  for links in select l.work, l.link from acctl.work_links() as l where l.kind = tg_table_name loop
    execute format(
      'insert into acctl.released_work (kind, key, work, ids, returned)
       select $1, $2, $3, array_agg(x.id), false from app.%I as x where x.%I = $4 having count(*) > 0',
      links.work, links.link)
      using tg_table_name, of_key, links.work, old.id;
  end loop;
  if tg_table_name = 'users' then
    insert into acctl.released_work (kind, key, work, ids, returned)
    select 'users', of_key, x.work, array_agg(x.id), false
      from (select 'ticket_followers' as work, f.ticket_id as id from app.ticket_followers as f where f.user_id = old.id
            union all
            select 'item_followers', f.item_id from app.item_followers as f where f.user_id = old.id
            union all
            select 'authors', old.id) as x
     group by x.work;
  end if;
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
