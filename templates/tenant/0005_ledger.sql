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
  run_id bigint not null references acctl.runs,
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

-- The state of the tenant in one round trip. The first row says whose database this is and at which revision, as JSON;
-- the rows of `query` (kind, key, fields, manager, status; $1 is a manager, $2 its parameters) follow unless `digest` was
-- the last that `manager` had applied and nothing has changed since. So a tenant without changes costs one row, and the
-- catalog of the other tables is never loaded.
create function acctl.read(manager text, digest text, query text, parameters jsonb)
  returns table (kind text, key text, fields text, owner text, status text)
  language plpgsql stable set search_path = pg_catalog
as $$
declare
  applied boolean;
begin
  applied := exists (select from acctl.applied a join acctl.revision r on r.counter = a.revision
                      where a.manager = read.manager and a.digest = read.digest);
  return query
    select '', current_database()::text,
           json_build_object('tenant', t.tenant_id, 'epoch', t.epoch, 'revision', r.counter, 'applied', applied)::text,
           null::text, null::text
      from acctl.revision r left join acctl.tenant t on true;
  if not applied then
    return query execute query using manager, parameters;
  end if;
end
$$;

grant select, insert on acctl.runs, acctl.changes to acctl_operator;
grant select, insert, update on acctl.applied to acctl_operator;
grant select, insert, update, delete on acctl.protections to acctl_operator;
grant usage on all sequences in schema acctl to acctl_operator;
grant execute on function acctl.read(text, text, text, jsonb) to acctl_operator;
