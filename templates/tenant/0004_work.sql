-- The tenant's data: contacts and what they ask, items and what is done, articles, history. None of it is
-- configuration: acctl never exports these rows, and they do not count in acctl.revision.
--
-- Users who act are authors (0002), which outlive them; users to whom something is assigned are users, and leaving
-- clears the assignment. Where both authors and contacts can write, a row without either was written by the system.

create table app.contacts (
  id          bigint generated always as identity primary key,
  email       text not null
                check (email ~ '^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+$' and octet_length(email) <= 320),
  name        text,
  company     text,
  phone       text,
  locale      text,
  external_id text unique,
  blocked_at  timestamptz,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now()
);

create unique index contacts_email on app.contacts (lower(email));
create index contacts_company on app.contacts (company) where company is not null;

-- How a contact signs in to the portal: single use, short-lived, only the hash stored.
create table app.magic_links (
  id         bigint generated always as identity primary key,
  contact_id bigint not null references app.contacts on delete cascade,
  token_hash bytea not null unique check (octet_length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null check (expires_at > created_at),
  used_at    timestamptz
);

create index magic_links_contact on app.magic_links (contact_id, created_at);

-- `applies_to` is a constant that makes the foreign key refuse the status of an item.
create table app.tickets (
  id                 bigint generated always as identity primary key,
  subject            text not null check (subject <> ''),
  description        text not null default '',
  channel            text not null check (channel in ('portal', 'agent', 'email', 'api')),
  applies_to         text not null generated always as ('ticket') stored,
  status_id          bigint not null,
  priority_id        bigint not null references app.priorities on delete restrict,
  contact_id         bigint references app.contacts on delete set null,
  assignee_id        bigint references app.users on delete set null,
  team_id            bigint references app.teams on delete set null,
  form_id            bigint references app.forms on delete set null,
  sla_policy_id      bigint references app.sla_policies on delete set null,
  created_by         bigint references app.authors on delete restrict,
  first_responded_at timestamptz,
  resolved_at        timestamptz,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now(),
  foreign key (status_id, applies_to) references app.statuses (id, applies_to) on delete restrict
);

create index tickets_queue on app.tickets (status_id, priority_id, created_at);
create index tickets_assignee on app.tickets (assignee_id, status_id) where assignee_id is not null;
create index tickets_team on app.tickets (team_id, status_id) where team_id is not null;
create index tickets_contact on app.tickets (contact_id, created_at);
create index tickets_updated on app.tickets (updated_at);
create index tickets_priority on app.tickets (priority_id);
create index tickets_form on app.tickets (form_id) where form_id is not null;
create index tickets_sla_policy on app.tickets (sla_policy_id) where sla_policy_id is not null;
create index tickets_created_by on app.tickets (created_by) where created_by is not null;

-- One clock per target. It stands still outside business hours and while the ticket is pending: due_at is null then,
-- and what is left is in remaining_seconds.
create table app.sla_timers (
  ticket_id         bigint not null references app.tickets on delete cascade,
  target            varchar(14) not null check (target in ('first_response', 'resolution')),
  started_at        timestamptz not null default now(),
  due_at            timestamptz,
  remaining_seconds bigint,
  warned_at         timestamptz,
  met_at            timestamptz,
  breached_at       timestamptz,
  primary key (ticket_id, target),
  constraint sla_timers_runs_or_stands check (num_nonnulls(due_at, remaining_seconds) = 1)
);

create index sla_timers_due on app.sla_timers (due_at) where met_at is null and breached_at is null;

create table app.items (
  id           bigint generated always as identity primary key,
  project_id   bigint not null references app.projects on delete restrict,
  parent_id    bigint,
  title        text not null check (title <> ''),
  description  text not null default '',
  applies_to   text not null generated always as ('item') stored,
  status_id    bigint not null,
  priority_id  bigint references app.priorities on delete restrict,
  assignee_id  bigint references app.users on delete set null,
  team_id      bigint references app.teams on delete set null,
  ticket_id    bigint references app.tickets on delete set null,  -- the request that the item came from
  start_date   date,
  due_date     date,
  rank         numeric not null default 0,               -- order on boards; a fraction fits between any two
  completed_at timestamptz,
  created_by   bigint references app.authors on delete restrict,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  unique (id, project_id),
  foreign key (status_id, applies_to) references app.statuses (id, applies_to) on delete restrict,
  -- A subtask lives in the project of its parent; deferred, so that a tree can move to another project.
  foreign key (parent_id, project_id) references app.items (id, project_id) on delete cascade
    deferrable initially deferred,
  constraint items_not_its_own_parent check (parent_id <> id),
  constraint items_dates check (start_date <= due_date)
);

create index items_board on app.items (project_id, status_id, rank);
create index items_status on app.items (status_id);
create index items_parent on app.items (parent_id) where parent_id is not null;
create index items_assignee on app.items (assignee_id, due_date) where assignee_id is not null;
create index items_team on app.items (team_id, due_date) where team_id is not null;
create index items_due on app.items (due_date) where completed_at is null;
create index items_ticket on app.items (ticket_id) where ticket_id is not null;
create index items_priority on app.items (priority_id) where priority_id is not null;
create index items_created_by on app.items (created_by) where created_by is not null;

create table app.item_dependencies (
  blocker_id bigint not null references app.items on delete cascade,
  blocked_id bigint not null references app.items on delete cascade,
  created_at timestamptz not null default now(),
  primary key (blocker_id, blocked_id),
  constraint item_dependencies_not_itself check (blocker_id <> blocked_id)
);

create index item_dependencies_blocked on app.item_dependencies (blocked_id, blocker_id);

-- Values of custom fields. A field with values cannot be deleted by accident: they go first.
create table app.ticket_field_values (
  ticket_id  bigint not null references app.tickets on delete cascade,
  field_id   bigint not null,
  applies_to text not null generated always as ('ticket') stored,
  value      jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (ticket_id, field_id),
  foreign key (field_id, applies_to) references app.custom_fields (id, applies_to) on delete restrict
);

create table app.item_field_values (
  item_id    bigint not null references app.items on delete cascade,
  field_id   bigint not null,
  applies_to text not null generated always as ('item') stored,
  value      jsonb not null,
  updated_at timestamptz not null default now(),
  primary key (item_id, field_id),
  foreign key (field_id, applies_to) references app.custom_fields (id, applies_to) on delete restrict
);

create index ticket_field_values_field on app.ticket_field_values (field_id);
create index item_field_values_field on app.item_field_values (field_id);

create table app.comments (
  id         bigint generated always as identity primary key,
  ticket_id  bigint references app.tickets on delete cascade,
  item_id    bigint references app.items on delete cascade,
  author_id  bigint references app.authors on delete restrict,
  contact_id bigint references app.contacts on delete set null,
  internal   boolean not null default false,             -- a private note: never shown in the portal, never mailed out
  body       text not null check (body <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint comments_on_one_thing check (num_nonnulls(ticket_id, item_id) = 1),
  constraint comments_by_one_person check (num_nonnulls(author_id, contact_id) <= 1),
  constraint comments_contacts_write_openly check (contact_id is null or not internal)
);

create index comments_ticket on app.comments (ticket_id, created_at) where ticket_id is not null;
create index comments_item on app.comments (item_id, created_at) where item_id is not null;
create index comments_author on app.comments (author_id) where author_id is not null;
create index comments_contact on app.comments (contact_id) where contact_id is not null;

-- The bytes are in the tenant's file storage, under storage_key.
create table app.attachments (
  id          bigint generated always as identity primary key,
  ticket_id   bigint references app.tickets on delete cascade,
  item_id     bigint references app.items on delete cascade,
  comment_id  bigint references app.comments on delete cascade,
  storage_key text not null unique,
  name        text not null check (name <> ''),
  media_type  text not null,
  size_bytes  bigint not null check (size_bytes >= 0),
  sha256      bytea not null check (octet_length(sha256) = 32),
  author_id   bigint references app.authors on delete restrict,
  contact_id  bigint references app.contacts on delete set null,
  created_at  timestamptz not null default now(),
  constraint attachments_on_one_thing check (num_nonnulls(ticket_id, item_id, comment_id) = 1)
);

create index attachments_ticket on app.attachments (ticket_id) where ticket_id is not null;
create index attachments_item on app.attachments (item_id) where item_id is not null;
create index attachments_comment on app.attachments (comment_id) where comment_id is not null;
create index attachments_author on app.attachments (author_id) where author_id is not null;
create index attachments_contact on app.attachments (contact_id) where contact_id is not null;

-- Who takes part besides the assignee: what the level "restricted" reaches, and who is notified.
create table app.ticket_followers (
  ticket_id  bigint not null references app.tickets on delete cascade,
  user_id    bigint not null references app.users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (ticket_id, user_id)
);

create table app.item_followers (
  item_id    bigint not null references app.items on delete cascade,
  user_id    bigint not null references app.users on delete cascade,
  created_at timestamptz not null default now(),
  primary key (item_id, user_id)
);

create index ticket_followers_user on app.ticket_followers (user_id, ticket_id);
create index item_followers_user on app.item_followers (user_id, item_id);

create table app.time_entries (
  id         bigint generated always as identity primary key,
  ticket_id  bigint references app.tickets on delete cascade,
  item_id    bigint references app.items on delete cascade,
  author_id  bigint not null references app.authors on delete restrict,
  started_at timestamptz not null,
  minutes    integer check (minutes > 0),                -- null: still running
  note       text,
  created_at timestamptz not null default now(),
  constraint time_entries_on_one_thing check (num_nonnulls(ticket_id, item_id) = 1)
);

create unique index time_entries_one_running on app.time_entries (author_id) where minutes is null;
create index time_entries_author on app.time_entries (author_id, started_at);
create index time_entries_ticket on app.time_entries (ticket_id) where ticket_id is not null;
create index time_entries_item on app.time_entries (item_id) where item_id is not null;

-- A mail that is delivered twice makes one ticket or one reply.
create table app.inbound_emails (
  message_id  text primary key,
  ticket_id   bigint references app.tickets on delete set null,
  comment_id  bigint references app.comments on delete set null,
  received_at timestamptz not null default now()
);

create index inbound_emails_ticket on app.inbound_emails (ticket_id) where ticket_id is not null;
create index inbound_emails_comment on app.inbound_emails (comment_id) where comment_id is not null;

create table app.kb_articles (
  id           bigint generated always as identity primary key,
  category_id  bigint not null references app.kb_categories on delete restrict,
  slug         text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])?$'),
  title        text not null check (title <> ''),
  body         text not null default '',
  status       text not null default 'draft' check (status in ('draft', 'published', 'archived')),
  author_id    bigint references app.authors on delete restrict,
  published_at timestamptz,
  words        tsvector generated always as (
                 setweight(to_tsvector('simple'::regconfig, title), 'A')
                 || setweight(to_tsvector('simple'::regconfig, body), 'B')) stored,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  constraint kb_articles_published check (status <> 'published' or published_at is not null)
);

create index kb_articles_category on app.kb_articles (category_id, status);
create index kb_articles_author on app.kb_articles (author_id) where author_id is not null;
create index kb_articles_words on app.kb_articles using gin (words);

-- The queue and the record of automations. `depth` counts how many automations led to this one; a run over its
-- automation's max_depth or run_budget is stored as stopped, not dropped, so that a loop is seen.
create table app.automation_runs (
  id            bigint generated always as identity primary key,
  automation_id bigint not null references app.automations on delete cascade,
  ticket_id     bigint references app.tickets on delete cascade,
  item_id       bigint references app.items on delete cascade,
  depth         integer not null default 1 check (depth > 0),
  status        text not null default 'queued'
                  check (status in ('queued', 'running', 'succeeded', 'failed', 'stopped')),
  error         text,
  queued_at     timestamptz not null default now(),
  started_at    timestamptz,
  finished_at   timestamptz,
  constraint automation_runs_on_one_thing check (num_nonnulls(ticket_id, item_id) = 1)
);

create index automation_runs_queue on app.automation_runs (queued_at) where status in ('queued', 'running');
create index automation_runs_budget on app.automation_runs (automation_id, queued_at);
create index automation_runs_ticket on app.automation_runs (ticket_id) where ticket_id is not null;
create index automation_runs_item on app.automation_runs (item_id) where item_id is not null;

create table app.notifications (
  id         bigint generated always as identity primary key,
  user_id    bigint not null references app.users on delete cascade,
  ticket_id  bigint references app.tickets on delete cascade,
  item_id    bigint references app.items on delete cascade,
  event      text not null check (event <> ''),
  details    jsonb not null default '{}',
  created_at timestamptz not null default now(),
  read_at    timestamptz
);

create index notifications_unread on app.notifications (user_id, created_at) where read_at is null;
create index notifications_user on app.notifications (user_id, created_at);
create index notifications_ticket on app.notifications (ticket_id) where ticket_id is not null;
create index notifications_item on app.notifications (item_id) where item_id is not null;

-- History: added to, never edited. What it tells of goes away with its ticket or item, not before.
create table app.activity (
  id            bigint generated always as identity primary key,
  ticket_id     bigint references app.tickets on delete cascade,
  item_id       bigint references app.items on delete cascade,
  author_id     bigint references app.authors on delete restrict,
  contact_id    bigint references app.contacts on delete set null,
  automation_id bigint references app.automations on delete set null,
  action        text not null check (action <> ''),
  changes       jsonb not null default '{}',             -- {"status": {"before": "open", "after": "solved"}}
  created_at    timestamptz not null default now(),
  constraint activity_on_one_thing check (num_nonnulls(ticket_id, item_id) = 1),
  constraint activity_by_one_actor check (num_nonnulls(author_id, contact_id, automation_id) <= 1)
);

create index activity_ticket on app.activity (ticket_id, created_at) where ticket_id is not null;
create index activity_item on app.activity (item_id, created_at) where item_id is not null;
create index activity_author on app.activity (author_id, created_at) where author_id is not null;
create index activity_contact on app.activity (contact_id) where contact_id is not null;
create index activity_automation on app.activity (automation_id) where automation_id is not null;

do $$
declare
  name text;
begin
  foreach name in array array['contacts', 'tickets', 'items', 'ticket_field_values', 'item_field_values', 'comments',
                              'kb_articles'] loop
    execute format('create trigger touch before update on app.%I for each row execute function app.touch()', name);
  end loop;
end
$$;

grant select, insert, update, delete
  on app.contacts, app.magic_links, app.tickets, app.sla_timers, app.items, app.item_dependencies,
     app.ticket_field_values, app.item_field_values, app.comments, app.attachments, app.ticket_followers,
     app.item_followers, app.time_entries, app.inbound_emails, app.kb_articles, app.automation_runs, app.notifications
  to acctl_app, acctl_operator;
grant select, insert on app.activity to acctl_app;
grant select, insert, update, delete on app.activity to acctl_operator;
grant usage on all sequences in schema app to acctl_app, acctl_operator;
