-- How a tenant works: every lookup, rule and text that the product would otherwise have hard-coded. One table per kind;
-- the application refers to rows by id, people and definitions files by key.

-- Defaults are exclusion constraints and not partial unique indexes, because only a constraint can wait for the end of
-- the transaction: moving the default from one row to another passes through a moment with two.
create table app.statuses (
  id         bigint generated always as identity primary key,
  key        text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name       text not null check (name <> ''),
  applies_to text not null check (applies_to in ('ticket', 'item')),
  category   text not null check (category in ('open', 'pending', 'done')),  -- what SLA clocks and reports go by
  colour     text not null default '#808080' check (colour ~ '^#[0-9a-f]{6}$'),
  position   integer not null default 0,
  is_default boolean not null default false,
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (id, applies_to),                               -- target of tickets and items (0004)
  constraint statuses_one_default exclude using btree (applies_to with =) where (is_default)
    deferrable initially deferred
);

create table app.priorities (
  id         bigint generated always as identity primary key,
  key        text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name       text not null check (name <> ''),
  level      integer not null check (level between 1 and 100),  -- 1 is the most urgent
  colour     text not null default '#808080' check (colour ~ '^#[0-9a-f]{6}$'),
  position   integer not null default 0,
  is_default boolean not null default false,
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint priorities_one_default exclude using btree (is_default with =) where (is_default)
    deferrable initially deferred
);

create table app.business_hours (
  id         bigint generated always as identity primary key,
  key        text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name       text not null check (name <> ''),
  time_zone  text not null,
  hours      jsonb not null default '{}',                -- {"monday": ["09:00-12:00", "13:00-17:00"], …}
  holidays   jsonb not null default '[]',                -- ["2026-12-25", …]
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Fails with "time zone … not recognized": the list of zones is the server's own, no pattern can tell.
  constraint business_hours_time_zone check (timezone(time_zone, timestamptz '2000-01-01 00:00:00+00') is not null),
  constraint business_hours_hours check (
    jsonb_typeof(hours) = 'object'
    and hours - array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] = '{}'
    -- strict: the lax mode would look into an array where its own type is asked for
    and not jsonb_path_exists(hours, 'strict $.* ? (@.type() != "array")')
    and not jsonb_path_exists(hours, '$.*[*] ? (@.type() != "string" ||
          !(@ like_regex "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))')),
  constraint business_hours_holidays check (
    jsonb_typeof(holidays) = 'array'
    and not jsonb_path_exists(holidays, '$[*] ? (@.type() != "string" ||
          !(@ like_regex "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"))'))
);

-- The first policy, by position, whose conditions fit a ticket applies to it.
create table app.sla_policies (
  id                     bigint generated always as identity primary key,
  key                    text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name                   text not null check (name <> ''),
  description            text,
  conditions             jsonb not null default '{}' check (jsonb_typeof(conditions) = 'object'),
  first_response_minutes integer check (first_response_minutes > 0),
  resolution_minutes     integer check (resolution_minutes > 0),
  business_hours_id      bigint references app.business_hours on delete restrict,  -- null: around the clock
  position               integer not null default 0,
  enabled                boolean not null default true,
  manager                text check (manager <> ''),
  created_at             timestamptz not null default now(),
  updated_at             timestamptz not null default now(),
  constraint sla_policies_some_target check (num_nonnulls(first_response_minutes, resolution_minutes) > 0)
);

create table app.projects (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name        text not null check (name <> ''),
  description text,
  colour      text not null default '#808080' check (colour ~ '^#[0-9a-f]{6}$'),
  archived    boolean not null default false,
  manager     text check (manager <> ''),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

create table app.custom_fields (
  id             bigint generated always as identity primary key,
  key            text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name           text not null check (name <> ''),
  type           text not null
                   check (type in ('status', 'person', 'date', 'timeline', 'number', 'formula', 'dropdown', 'checkbox',
                                   'files', 'link', 'rating', 'dependency')),
  applies_to     text not null default 'item' check (applies_to in ('ticket', 'item')),
  description    text,
  options        jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  required       boolean not null default false,
  portal_visible boolean not null default false,
  position       integer not null default 0,
  manager        text check (manager <> ''),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  unique (id, applies_to),                               -- target of the values (0004)
  -- coalesce: a check that comes out as null would pass
  constraint custom_fields_choices check (
    type not in ('status', 'dropdown') or coalesce(jsonb_typeof(options -> 'choices') = 'array', false)),
  constraint custom_fields_formula check (
    type <> 'formula' or coalesce(jsonb_typeof(options -> 'formula') = 'string', false))
);

create table app.views (
  id         bigint generated always as identity primary key,
  key        text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name       text not null check (name <> ''),
  type       text not null
               check (type in ('list', 'board', 'timeline', 'calendar', 'table', 'workload', 'chart')),
  project_id bigint references app.projects on delete restrict,  -- null: across all projects
  filters    jsonb not null default '{}' check (jsonb_typeof(filters) = 'object'),
  sort       jsonb not null default '[]' check (jsonb_typeof(sort) = 'array'),
  grouping   text,
  position   integer not null default 0,
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- max_depth ends chains of automations that set each other off, run_budget (runs per hour) ends what depth cannot see.
create table app.automations (
  id            bigint generated always as identity primary key,
  key           text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name          text not null check (name <> ''),
  description   text,
  trigger_event text not null
                  check (trigger_event in (
                    'ticket.created', 'ticket.updated', 'ticket.status_changed', 'ticket.assigned', 'ticket.replied',
                    'ticket.sla_warning', 'ticket.sla_breached',
                    'item.created', 'item.updated', 'item.status_changed', 'item.assigned', 'item.due')),
  conditions    jsonb not null default '{}' check (jsonb_typeof(conditions) = 'object'),
  actions       jsonb not null check (jsonb_typeof(actions) = 'array' and actions <> '[]'),
  enabled       boolean not null default true,
  max_depth     integer not null default 3 check (max_depth between 1 and 20),
  run_budget    integer not null default 1000 check (run_budget > 0),
  position      integer not null default 0,
  manager       text check (manager <> ''),
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);

create table app.forms (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name        text not null check (name <> ''),
  description text,
  creates     text not null default 'ticket' check (creates in ('ticket', 'item')),
  project_id  bigint references app.projects on delete restrict,
  fields      jsonb not null check (jsonb_typeof(fields) = 'array' and fields <> '[]'),
  published   boolean not null default false,
  position    integer not null default 0,
  manager     text check (manager <> ''),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  constraint forms_project_of_items check (creates = 'ticket' or project_id is not null)
);

create table app.email_templates (
  id          bigint generated always as identity primary key,
  key         text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  description text,
  subject     text not null check (subject <> '' and subject !~ '[[:cntrl:]]'),  -- a line break would start a header
  body_text   text not null check (body_text <> ''),
  body_html   text,                                      -- null: sent as plain text only
  manager     text check (manager <> ''),
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

create table app.kb_categories (
  id             bigint generated always as identity primary key,
  key            text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  name           text not null check (name <> ''),
  description    text,
  portal_visible boolean not null default true,
  position       integer not null default 0,
  manager        text check (manager <> ''),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now()
);

create table app.settings (
  id         bigint generated always as identity primary key,
  key        text not null unique check (key ~ '^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$'),
  value      jsonb not null,
  manager    text check (manager <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- No further indexes: these tables have a page or two, which is read as a whole whatever is asked.

do $$
declare
  name text;
begin
  foreach name in array array['statuses', 'priorities', 'business_hours', 'sla_policies', 'projects', 'custom_fields',
                              'views', 'automations', 'forms', 'email_templates', 'kb_categories', 'settings'] loop
    execute format('create trigger touch before update on app.%I for each row execute function app.touch()', name);
    execute format('create trigger bump_revision before insert or update or delete or truncate on app.%I '
                   'for each statement execute function acctl.bump_revision()', name);
  end loop;
end
$$;

grant select, insert, update, delete
  on app.statuses, app.priorities, app.business_hours, app.sla_policies, app.projects, app.custom_fields, app.views,
     app.automations, app.forms, app.email_templates, app.kb_categories, app.settings
  to acctl_app, acctl_operator;
grant usage on all sequences in schema app to acctl_app, acctl_operator;
