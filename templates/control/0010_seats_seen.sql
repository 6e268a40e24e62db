-- When acctl last saw how many seats of a tenant are taken. The tenant's own database knows it at every moment; the
-- registry remembers it for lists of thousands, with its age.
alter table acctl.tenants add seats_as_of timestamptz;

update acctl.tenants t set seats_as_of = t.activated_at where t.activated_at is not null;

create or replace view acctl.tenant_overview as
select t.id, t.slug, t.name, t.status, t.plan, s.name as server, t.database_name, t.pack, t.schema_version,
       t.labels::text as labels, e.key as enterprise, t.seats_used, coalesce(t.seats, p.seats) as seats_limit,
       t.storage, t.support_address,
       to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as created_at,
       to_char(t.activated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as activated_at,
       t.owner_role, t.app_role, t.admin_email, t.admin_name, t.epoch, s.region, t.seats,
       (select string_agg(r.hostname, ' ' order by r.custom, r.hostname collate "C")
          from acctl.routes r where r.tenant_id = t.id) as hostnames,
       -- Fields end with chr(31), which the error, if there is one, cannot hold: ten thousand tenants have eighty
       -- thousand steps, and reading them as JSON costs more than all the rest.
       (select string_agg(concat_ws(chr(31), x.name, x.status, x.attempts, translate(coalesce(x.error, ''), chr(31), ' '))
                          || chr(31), '' order by x.position)
          from acctl.tenant_steps x where x.tenant_id = t.id) as steps,
       to_char(t.hold_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hold_until,
       coalesce(t.hold_until <= now(), true) as hold_is_over, s.dsn as server_dsn,
       -- For filters.
       t.labels as label_set, t.created_at as created,
       t.ledger_id, t.ledger_run, to_char(t.ledger_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ledger_at,
       t.status_before,
       to_char(t.seats_as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seats_as_of
  from acctl.tenants t
  join acctl.servers s on s.id = t.server_id
  join acctl.plans p on p.key = t.plan
  left join acctl.enterprises e on e.id = t.enterprise_id;
