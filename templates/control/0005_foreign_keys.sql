-- Every foreign key has an index that serves it: without one, deleting a row of the other table reads this one as a
-- whole, and locks what it finds.

create index tenants_plan on acctl.tenants (plan);
create index tenants_enterprise on acctl.tenants (enterprise_id) where enterprise_id is not null;
create index tenants_server on acctl.tenants (server_id);
