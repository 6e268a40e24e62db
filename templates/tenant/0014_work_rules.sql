-- Rules of the work itself. They bind everybody, and look at what is written from now on: rows that are older than a
-- rule stay as they are until somebody changes them.

-- The channels that conditions of policies, views and automations know (provisioning/model/document_forms.cpp).
alter table app.tickets
  drop constraint tickets_channel_check,
  add constraint tickets_channel_check check (
    channel in ('portal', 'agent', 'email', 'api', 'chat', 'voice', 'whatsapp', 'sms', 'social', 'monitoring'));

-- Two transactions that each look for what the other is about to write would both find nothing: they take turns, from
-- the end of their writing to their commit. One lock for all of it, so that nobody holds one and waits for another.
create function app.take_turn() returns void
  language sql set search_path = pg_catalog
as $$ select pg_advisory_xact_lock(hashtextextended('app.take_turn', 0)) $$;

-- -------------------------------------------------------------------------------------------------------------------
-- Comments form threads. A reply stays when what it answers is deleted.
alter table app.comments add column parent_id bigint references app.comments on delete set null;

create index comments_parent on app.comments (parent_id) where parent_id is not null;

-- A reply is on the same ticket or item, an answer to a private note is private, and no thread runs in a circle.
-- Looked at when the transaction ends, so that a thread can move to another ticket as a whole.
create function app.check_thread() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  reply  record;
  above  bigint;
  passed bigint[] := array[new.id];
begin
  select c.id, p.id as parent into reply
    from app.comments as c join app.comments as p on p.id = c.parent_id
   where (c.id = new.id or c.parent_id = new.id)
     and (c.ticket_id is distinct from p.ticket_id or c.item_id is distinct from p.item_id
          or p.internal and not c.internal)
   limit 1;
  if found then
    raise exception 'comment % does not fit comment %, to which it replies', reply.id, reply.parent
      using errcode = 'check_violation',
            hint = 'A reply is on the same ticket or item, and a reply to a private note is private.';
  end if;
  -- Only a comment that is moved can close a circle: a new one has no replies.
  if tg_op = 'INSERT' or new.parent_id is not distinct from old.parent_id then
    return null;
  end if;
  perform app.take_turn();
  select c.parent_id into above from app.comments as c where c.id = new.id;
  while above is not null loop
    if above = new.id then
      raise exception 'comment % would be a reply to itself', new.id using errcode = 'check_violation';
    end if;
    exit when above = any (passed);                       -- a circle that is older than this rule
    passed := passed || above;
    select c.parent_id into above from app.comments as c where c.id = above;
  end loop;
  return null;
end
$$;

create constraint trigger check_thread_insert after insert on app.comments
  deferrable initially deferred
  for each row when (new.parent_id is not null) execute function app.check_thread();
create constraint trigger check_thread_update after update of parent_id, ticket_id, item_id, internal on app.comments
  deferrable initially deferred
  for each row
  when (new.parent_id is distinct from old.parent_id or new.ticket_id is distinct from old.ticket_id
        or new.item_id is distinct from old.item_id or new.internal <> old.internal)
  execute function app.check_thread();

-- -------------------------------------------------------------------------------------------------------------------
-- Items. A tree of subtasks has a root, and nothing blocks itself by way of others. Both are looked at when the
-- transaction ends: what it leads to counts, not the order of its statements.
create function app.check_item_tree() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  above  bigint;
  passed bigint[] := array[new.id];
begin
  -- A new item without subtasks of its own closes no circle; most subtasks come like that.
  if tg_op = 'INSERT' and not exists (select from app.items as i where i.parent_id = new.id) then
    return null;
  end if;
  perform app.take_turn();
  -- As it is now: a later statement may have moved it again.
  select i.parent_id into above from app.items as i where i.id = new.id;
  while above is not null loop
    if above = new.id then
      raise exception 'item % would be a subtask of itself', new.id using errcode = 'check_violation';
    end if;
    exit when above = any (passed);                       -- a circle that is older than this rule
    passed := passed || above;
    select i.parent_id into above from app.items as i where i.id = above;
  end loop;
  return null;
end
$$;

create constraint trigger check_tree_insert after insert on app.items
  deferrable initially deferred
  for each row when (new.parent_id is not null) execute function app.check_item_tree();
create constraint trigger check_tree_update after update of parent_id on app.items
  deferrable initially deferred
  for each row when (new.parent_id is not null and new.parent_id is distinct from old.parent_id)
  execute function app.check_item_tree();

create function app.check_item_dependencies() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  perform app.take_turn();
  -- `union` visits every item once, whatever ways lead to it.
  if exists (
    with recursive blocked(id) as (
      select new.blocked_id where exists (
        select from app.item_dependencies as d where d.blocker_id = new.blocker_id and d.blocked_id = new.blocked_id)
      union
      select d.blocked_id from blocked as b join app.item_dependencies as d on d.blocker_id = b.id
    )
    select from blocked as b where b.id = new.blocker_id)
  then
    raise exception 'item % would block itself through item %', new.blocker_id, new.blocked_id
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create constraint trigger check_dependencies after insert or update on app.item_dependencies
  deferrable initially deferred
  for each row execute function app.check_item_dependencies();

-- -------------------------------------------------------------------------------------------------------------------
-- Values of custom fields fit the type of their field.

-- What a value of this type has to be, in words; null if `value` is that. Whether what it names exists is asked by the
-- trigger, because it can change later.
create function app.value_problem(type text, options jsonb, value jsonb) returns text
  language plpgsql immutable set search_path = pg_catalog
as $$
declare
  kind  text := jsonb_typeof(value);
  many  jsonb := case kind when 'array' then value else jsonb_build_array(value) end;
  ids   boolean := many <> '[]' and not jsonb_path_exists(many, '$[*] ? (@.type() != "number" || @ < 1 || @ > 9e18 || @ % 1 != 0)');
  dates text[];
  address constant text := '^(https?://|mailto:)[^[:space:][:cntrl:]]+$';
begin
  case type
    when 'status' then
      return case when kind = 'string' and options -> 'choices' @> many then null else 'one of its choices' end;
    when 'dropdown' then
      if options -> 'multiple' = 'true' then
        return case when many <> '[]' and options -> 'choices' @> many then null else 'some of its choices' end;
      end if;
      return case when kind = 'string' and options -> 'choices' @> many then null else 'one of its choices' end;
    when 'person' then
      return case when ids then null else 'the id of a user, or a list of ids' end;
    when 'files' then
      return case when kind = 'array' and (ids or value = '[]') then null else 'a list of ids of attachments' end;
    when 'dependency' then
      return case when ids then null else 'the id of an item, or a list of ids' end;
    when 'number' then
      if kind = 'number'
         and (jsonb_typeof(options -> 'minimum') is distinct from 'number' or value >= options -> 'minimum')
         and (jsonb_typeof(options -> 'maximum') is distinct from 'number' or value <= options -> 'maximum') then
        return null;
      end if;
      return 'a number within its limits';
    when 'rating' then
      return case when kind = 'number' and jsonb_path_exists(value, '$ ? (@ >= 0 && @ % 1 == 0)')
                   and value <= case jsonb_typeof(options -> 'maximum') when 'number' then options -> 'maximum' else '5' end
                  then null else 'a whole number from 0 to its maximum, which is 5 if it names none' end;
    when 'formula' then
      return case when kind in ('number', 'string', 'boolean') then null else 'a number, a text, true or false' end;
    when 'checkbox' then
      return case when kind = 'boolean' then null else 'true or false' end;
    when 'link' then
      return case when case kind
                         when 'string' then (value #>> '{}') ~ address
                         when 'object' then (value ->> 'url') ~ address and value - array['url', 'text'] = '{}'
                                            and coalesce(jsonb_typeof(value -> 'text'), 'string') = 'string'
                       end
                  then null else 'an address that begins with http://, https:// or mailto:, or {"url": …, "text": …}' end;
    when 'date' then
      dates := array[case kind when 'string' then value #>> '{}' end];
    when 'timeline' then
      dates := case when kind = 'object' then array[value ->> 'start', value ->> 'end'] else array[null::text] end;
      if kind = 'object' and value - array['start', 'end'] <> '{}' then
        dates := array[null::text];
      end if;
    else
      return null;
  end case;
  -- A day that no month has is an error of the cast.
  if array_position(dates, null) is null
     and not exists (select from unnest(dates) as d where d !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')
     and dates[1]::date <= dates[array_upper(dates, 1)]::date then
    return null;
  end if;
  return case type when 'date' then 'a date as YYYY-MM-DD' else '{"start": DATE, "end": DATE}, in that order' end;
exception when datetime_field_overflow or invalid_datetime_format then
  return case type when 'date' then 'a date as YYYY-MM-DD' else '{"start": DATE, "end": DATE}, in that order' end;
end
$$;

create function app.check_field_value() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  field   app.custom_fields;
  owner   bigint := coalesce((to_jsonb(new) ->> 'item_id')::bigint, (to_jsonb(new) ->> 'ticket_id')::bigint);
  ids     bigint[];
  problem text;
begin
  select * into field from app.custom_fields where id = new.field_id;
  if not found then                                       -- left to the foreign key
    return new;
  end if;
  problem := app.value_problem(field.type, field.options, new.value);
  if problem is null and field.type in ('person', 'files', 'dependency') then
    select array_agg(distinct x.id::numeric::bigint) into ids
      from jsonb_array_elements_text(
             case jsonb_typeof(new.value) when 'array' then new.value else jsonb_build_array(new.value) end) as x(id);
    problem := case field.type
      when 'person' then
        case when (select count(*) from app.users as u where u.id = any (ids)) < cardinality(ids)
             then 'the id of a user, or a list of ids' end
      when 'files' then
        case when (select count(*) from app.attachments as a
                    where a.id = any (ids)
                      and case field.applies_to when 'item' then a.item_id else a.ticket_id end = owner)
                  < cardinality(ids)
             then 'a list of ids of its own attachments' end
      else
        case when (select count(*) from app.items as i
                    where i.id = any (ids) and (field.applies_to <> 'item' or i.id <> owner)) < cardinality(ids)
             then 'the id of another item, or a list of ids' end
      end;
  end if;
  if problem is null then
    return new;
  end if;
  raise exception 'custom field "%" of type % takes %', field.key, field.type, problem using errcode = 'check_violation';
end
$$;

create trigger check_value before insert or update of field_id, value on app.ticket_field_values
  for each row execute function app.check_field_value();
create trigger check_value before insert or update of field_id, value on app.item_field_values
  for each row execute function app.check_field_value();

-- Nor does a field get another type, or lose choices, while it has values that no longer fit.
create function app.keep_field_values() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  stray bigint;
begin
  select count(*) into stray
    from (select v.value from app.ticket_field_values as v where v.field_id = new.id
          union all
          select v.value from app.item_field_values as v where v.field_id = new.id) as held
   where app.value_problem(new.type, new.options, held.value) is not null
     and app.value_problem(old.type, old.options, held.value) is null;
  if stray > 0 then
    raise exception 'custom field "%" has % values that would no longer fit', old.key, stray
      using errcode = 'check_violation', hint = 'Change or remove these values first.';
  end if;
  return new;
end
$$;

create trigger keep_values before update of type, options on app.custom_fields
  for each row when (new.type <> old.type or new.options <> old.options) execute function app.keep_field_values();

-- -------------------------------------------------------------------------------------------------------------------
-- Automations end. A run that is deeper than its automation allows, or over its budget of the last hour, is recorded as
-- stopped, and nothing starts it again.
create function app.stop_automation_run() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  rule   app.automations;
  reason text;
begin
  select * into rule from app.automations where id = new.automation_id;
  if not found or new.status = 'stopped' then
    return new;
  end if;
  -- No lock: runs that are queued in the same moment may exceed the budget by their number, and nobody waits for it.
  if new.depth > rule.max_depth then
    reason := format('depth %s is over the max_depth of %s', new.depth, rule.max_depth);
  elsif (select count(*)
           from (select from app.automation_runs as r
                  where r.automation_id = rule.id and r.queued_at > now() - interval '1 hour' and r.status <> 'stopped'
                  limit rule.run_budget) as spent) >= rule.run_budget then
    reason := format('the run_budget of %s runs an hour is spent', rule.run_budget);
  end if;
  if reason is not null then
    new.status := 'stopped';
    new.error := reason;
    new.finished_at := now();
  end if;
  return new;
end
$$;

create trigger stop_run before insert on app.automation_runs
  for each row execute function app.stop_automation_run();

create function app.keep_stopped_run() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
declare
  deepest integer;
begin
  select max_depth into deepest from app.automations where id = new.automation_id;
  if old.status = 'stopped' and new.status <> 'stopped' then
    raise exception 'automation run % is stopped and stays so', old.id using errcode = 'check_violation';
  elsif new.depth > deepest and new.status in ('queued', 'running', 'succeeded') then
    raise exception 'automation run % is deeper than the max_depth of %', old.id, deepest
      using errcode = 'check_violation';
  end if;
  return new;
end
$$;

-- A run that was queued before its automation was narrowed ends as it began.
create trigger keep_stopped before update of status, depth, automation_id on app.automation_runs
  for each row
  when (old.status = 'stopped' and new.status <> 'stopped' or new.depth > old.depth
        or new.automation_id <> old.automation_id)
  execute function app.keep_stopped_run();

-- -------------------------------------------------------------------------------------------------------------------
-- The sample that a tenant begins with: items of its project, an article. As long as nobody has touched it, it keeps
-- nobody from removing what it is made of.
alter table app.items add column sample boolean not null default false;
alter table app.kb_articles add column sample boolean not null default false;

create function app.is_untouched(item app.items) returns boolean
  language sql stable set search_path = pg_catalog
as $$
  select item.sample and item.updated_at = item.created_at
     and not exists (select from app.comments as c where c.item_id = item.id)
     and not exists (select from app.attachments as a where a.item_id = item.id)
     and not exists (select from app.time_entries as t where t.item_id = item.id)
$$;

-- Subtasks go with their item, so they have to be untouched as well.
create function app.drop_sample() returns trigger
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
     and app.is_untouched(i)
     and not exists (select from app.items as s where s.parent_id = i.id and not app.is_untouched(s));
  return old;
end
$$;

create trigger drop_sample before delete on app.projects for each row execute function app.drop_sample();
create trigger drop_sample before delete on app.statuses for each row execute function app.drop_sample();
create trigger drop_sample before delete on app.priorities for each row execute function app.drop_sample();
create trigger drop_sample before delete on app.kb_categories for each row execute function app.drop_sample();
