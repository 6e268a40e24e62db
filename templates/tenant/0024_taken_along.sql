-- What goes with an object that is removed is either worth nothing, or comes back by undo.

-- History names the automation that acted, and loses its name with it: undo gives it back.
create or replace function acctl.work_links() returns table (kind text, work text, link text)
  language sql immutable set search_path = pg_catalog
as $$
  values ('users', 'tickets', 'assignee_id'), ('users', 'items', 'assignee_id'),
         ('teams', 'tickets', 'team_id'), ('teams', 'items', 'team_id'),
         ('forms', 'tickets', 'form_id'), ('sla_policies', 'tickets', 'sla_policy_id'),
         ('automations', 'activity', 'automation_id')
$$;

create trigger note_released_work before delete on app.automations
  for each row when (not acctl.is_application()) execute function acctl.note_released_work();

-- A sample that has values, or holds up or waits for work of people, is theirs.
create or replace function app.is_untouched(item app.items) returns boolean
  language sql stable set search_path = pg_catalog
as $$
  select item.sample and item.updated_at = item.created_at
     and not exists (select from app.comments as c where c.item_id = item.id)
     and not exists (select from app.attachments as a where a.item_id = item.id)
     and not exists (select from app.time_entries as t where t.item_id = item.id)
     and not exists (select from app.item_field_values as v where v.item_id = item.id)
     and not exists (select from app.item_dependencies as d
                       join app.items as other on other.id in (d.blocker_id, d.blocked_id) and not other.sample
                      where item.id in (d.blocker_id, d.blocked_id))
$$;

-- Subtasks go with their item, so all of them have to be untouched, however deep they are.
create function app.is_untouched_tree(item app.items) returns boolean
  language sql stable set search_path = pg_catalog
as $$
  with recursive tree(id) as (
    select item.id
    union
    select s.id from tree as t join app.items as s on s.parent_id = t.id
  )
  select not exists (select from tree as t join app.items as i on i.id = t.id where not app.is_untouched(i))
$$;

create or replace function app.drop_sample() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  if tg_relid = 'app.kb_categories'::regclass then
    delete from app.kb_articles as a where a.sample and a.updated_at = a.created_at and a.category_id = old.id;
    return old;
  end if;
  delete from app.items as i
   where i.sample
     and case tg_relid when 'app.projects'::regclass then i.project_id
                       when 'app.statuses'::regclass then i.status_id
                       else i.priority_id end = old.id
     and app.is_untouched_tree(i);
  return old;
end
$$;
