-- What acctl remembers in the tenant's own database, in the transaction that it speaks of: runs and their changes, what
-- each manager declared last, and what nobody may remove. The application has no privilege here.

grant update on acctl.revision to acctl_operator;         -- to lock the row: who holds it is the only writer

create index users_manager on app.users (manager) where manager is not null;

-- A run that changed something, or was refused it.
create table acctl.runs (
  id         bigint generated always as identity primary key,
  run        text not null unique,                        -- the same in all tenants that one command worked on
  at         timestamptz not null default now(),
  command    text not null,
  outcome    text not null check (outcome in ('done', 'refused')),
  actor      text not null,
  origin     text not null,
  reason     text,
  commit     text,                                        -- revision of the files, as CI names it
  manager    text,
  loosened   text,                                        -- guards that were loosened deliberately
  message    text,                                        -- why it was refused
  undoes     bigint references acctl.runs
);

-- In the order of execution. `fields`: {"name": {"before": …, "after": …}}; inverse and history come from it alone.
create table acctl.changes (
  run_id bigint not null,                                 -- of acctl.runs, written by the same statement pair: a foreign
                                                          -- key would be asked once for each of thousands of rows
  number integer not null,
  action text not null check (action in ('add', 'change', 'remove')),
  kind   text not null,
  key    text not null,
  fields jsonb not null,
  source text,                                            -- file:line
  primary key (run_id, number)
);

create index changes_object on acctl.changes (kind, key);

-- What each manager declared last, and the revision that this led to: while the revision stands, the same declaration
-- asks for nothing.
create table acctl.applied (
  manager  text primary key,
  digest   text not null,
  revision bigint not null,
  declared jsonb not null,                                -- the definitions, for drift
  kinds    text[] not null,                               -- of which it has ever owned objects
  run_id   bigint references acctl.runs,
  at       timestamptz not null default now()
);

-- kind/key or kind/*; the list guards.protect of definitions files.
create table acctl.protections (
  id      bigint generated always as identity primary key,
  key     text not null unique,
  manager text
);

create trigger bump_revision before insert or update or delete or truncate on acctl.protections
  for each statement execute function acctl.bump_revision();

grant select, insert on acctl.runs, acctl.changes to acctl_operator;
grant select, insert, update on acctl.applied to acctl_operator;
grant select, insert, update, delete on acctl.protections to acctl_operator;
grant usage on all sequences in schema acctl to acctl_operator;
