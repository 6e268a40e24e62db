-- The work that loses its user, team, form or policy when that is removed, or is handed over by whoever leaves, so that
-- undo gives it back.

-- Of one transaction, whose time is that of its run (acctl.runs.at).
create table acctl.released_work (
  at       timestamptz not null default now(),
  kind     text not null,                                 -- of what was removed
  key      text not null,
  work     text not null,                                 -- the table: tickets, items
  ids      bigint[] not null,
  returned boolean not null,                              -- by an undo, and not taken away
  heir     text                                           -- the address of whom it was handed to; null for nobody
);

create index released_work_at on acctl.released_work (at);

-- Which columns let go of what they refer to, by kind.
create function acctl.work_links() returns table (kind text, work text, link text)
  language sql immutable set search_path = pg_catalog
as $$
  values ('users', 'tickets', 'assignee_id'), ('users', 'items', 'assignee_id'),
         ('teams', 'tickets', 'team_id'), ('teams', 'items', 'team_id'),
         ('forms', 'tickets', 'form_id'), ('sla_policies', 'tickets', 'sla_policy_id')
$$;

-- The application removes what it likes: nothing of that can be undone.
create function acctl.note_released_work() returns trigger
  language plpgsql security definer set search_path = pg_catalog
as $$
declare
  links record;
begin
  for links in select l.work, l.link from acctl.work_links() as l where l.kind = tg_table_name loop
    execute format(
      'insert into acctl.released_work (kind, key, work, ids, returned)
       select $1, $2, $3, array_agg(x.id), false from app.%I as x where x.%I = $4 having count(*) > 0',
      links.work, links.link)
      using tg_table_name, lower(to_jsonb(old) ->> case tg_table_name when 'users' then 'email' else 'key' end),
            links.work, old.id;
  end loop;
  if tg_table_name = 'users' then
    insert into acctl.released_work (kind, key, work, ids, returned)
    select 'users', lower(old.email), x.work, array_agg(x.id), false
      from (select 'ticket_followers' as work, f.ticket_id as id from app.ticket_followers as f where f.user_id = old.id
            union all
            select 'item_followers', f.item_id from app.item_followers as f where f.user_id = old.id) as x
     group by x.work;
  end if;
  return old;
end
$$;

create trigger note_released_work before delete on app.users
  for each row when (not acctl.is_application()) execute function acctl.note_released_work();
create trigger note_released_work before delete on app.teams
  for each row when (not acctl.is_application()) execute function acctl.note_released_work();
create trigger note_released_work before delete on app.forms
  for each row when (not acctl.is_application()) execute function acctl.note_released_work();
create trigger note_released_work before delete on app.sla_policies
  for each row when (not acctl.is_application()) execute function acctl.note_released_work();

-- Gives back what run `undone` has let go and nobody has given away since; for the transaction that undoes it.
create function acctl.return_work(undone bigint) returns void
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
       and (w.heir is not null or exists (select from acctl.changes as c where c.run_id = r.id and c.action = 'remove'
                                                                           and c.kind = w.kind and c.key = w.key))
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

revoke execute on function acctl.return_work(bigint), acctl.note_released_work() from public;
grant select, insert on acctl.released_work to acctl_operator;
grant execute on function acctl.return_work(bigint) to acctl_operator;
