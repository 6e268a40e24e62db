-- A grant for an enterprise belongs to a person. The address is how the person is known now; it changes with the
-- person's address in any tenant, and the tenants recognise the person by the id.

alter table acctl.enterprise_grants
  add column person uuid,
  -- False for a grant of an earlier acctl: its tenants do not know yet which assignments it made.
  add column linked boolean not null default false;

update acctl.enterprise_grants g
   set person = p.id
  from (select enterprise_id, email, gen_random_uuid() as id
          from acctl.enterprise_grants group by enterprise_id, email) p
 where p.enterprise_id = g.enterprise_id and p.email = g.email;

alter table acctl.enterprise_grants alter column person set not null;
create index enterprise_grants_person on acctl.enterprise_grants (person);
