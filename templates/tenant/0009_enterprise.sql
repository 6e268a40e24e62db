-- Which role assignments of this tenant an enterprise has granted, and to which person of the registry: the id stays when
-- the address changes. Apart from app.user_roles, because the application must neither see nor change it, and because
-- it has to be known still when an assignment was taken away behind acctl's back.
create table acctl.enterprise_holdings (
  user_id    bigint not null references app.users on delete cascade,
  -- The key and not a reference: grants name roles by key, and a role that was renamed here is a contradiction to report.
  role       varchar(63) not null,
  person     uuid not null,
  -- The address under which the registry knew the person when it last looked here.
  known_as   varchar(320) not null,
  -- The user had the role before, until kept_until (null: without end), and keeps it when the enterprise's grant ends.
  kept       boolean not null,
  kept_until timestamptz,
  primary key (user_id, role),
  constraint enterprise_holdings_kept check (kept or kept_until is null)
);

create trigger bump_revision before insert or update or delete or truncate on acctl.enterprise_holdings
  for each statement execute function acctl.bump_revision();

grant select, insert, update, delete on acctl.enterprise_holdings to acctl_operator;
