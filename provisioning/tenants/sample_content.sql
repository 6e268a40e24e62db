-- name: add_sample_items
-- The items of the sample $1, subtasks too. Their rank tells which is which: 100, 200 … and 101, 102 … below the first.
with given as (
  select i.value as item, 100 * i.place as rank
    from jsonb_array_elements($1::jsonb -> 'items') with ordinality as i(value, place)
  union all
  select s.value, 100 * i.place + s.place
    from jsonb_array_elements($1::jsonb -> 'items') with ordinality as i(value, place),
         jsonb_array_elements(i.value -> 'subtasks') with ordinality as s(value, place)
), added as (
  insert into app.items (project_id, title, description, status_id, priority_id, start_date, due_date, rank, completed_at,
                         sample)
  select project.id, g.item ->> 'title', g.item ->> 'description', status.id, priority.id,
         current_date + (g.item ->> 'start')::integer, current_date + (g.item ->> 'due')::integer, g.rank,
         case when status.category = 'done' then now() end, true
    from given g
    join app.projects project on project.key = $1::jsonb ->> 'project'
    join app.statuses status on status.key = g.item ->> 'status' and status.applies_to = 'item'
    join app.priorities priority on priority.key = g.item ->> 'priority'
   order by g.rank
  returning id
)
select count(*) from added

-- name: place_sample_subtasks
update app.items i set parent_id = parent.id
  from app.items parent
 where i.sample and i.rank % 100 <> 0 and parent.sample and parent.rank = i.rank - i.rank % 100

-- name: add_sample_dependencies
-- What blocks what, by the titles in the sample $1.
with added as (
  insert into app.item_dependencies (blocker_id, blocked_id)
  select blocker.id, blocked.id
    from jsonb_array_elements($1::jsonb -> 'items') as i(value),
         jsonb_array_elements_text(i.value -> 'blocked_by') as b(title)
    join app.items blocker on blocker.sample and blocker.title = b.title
    join app.items blocked on blocked.sample
   where blocked.title = i.value ->> 'title'
  returning blocker_id
)
select count(*) from added

-- name: add_sample_articles
with added as (
  insert into app.kb_articles (category_id, slug, title, body, status, published_at, sample)
  select category.id, a.value ->> 'slug', a.value ->> 'title', a.value ->> 'body', 'published', now(), true
    from jsonb_array_elements($1::jsonb -> 'articles') as a(value)
    join app.kb_categories category on category.key = a.value ->> 'category'
  returning id
)
select count(*) from added
