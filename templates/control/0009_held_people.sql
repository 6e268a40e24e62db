-- Whoever leaves is named by an address, and a tenant that is held for deletion cannot be asked whether it has that one.
-- What the registry keeps of its users are hashes: it can recognise an address by them, and list nobody.
create table acctl.held_people (
  tenant_id uuid not null references acctl.tenants on delete cascade,
  address   bytea not null check (octet_length(address) = 32),  -- SHA-256 of the address in lower case
  primary key (tenant_id, address)
);

-- From now on acctl.departures also speaks of tenants that are not finished: nobody who left is let into one.
comment on table acctl.departures is
  'Whose access ended while a tenant could not be entered, for it is held for deletion or not finished.';
