-- Lengths of texts and documents, the same as in the table of kinds (provisioning/model/kinds*.cpp); one test compares
-- the two. Bind everybody: what the application writes has to fit into definitions files, plans and messages, too.

-- One constraint for each table and not for each column: every row of pg_constraint is copied for every tenant. Lengths
-- of documents are those of their text, as it is printed.
alter table app.permissions add constraint permissions_lengths check (
  char_length(category) <= 200 and char_length(description) <= 2000) not valid;
alter table app.roles add constraint roles_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000) not valid;
alter table app.role_templates add constraint role_templates_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000) not valid;
alter table app.teams add constraint teams_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000) not valid;
alter table app.statuses add constraint statuses_lengths check (char_length(name) <= 200) not valid;
alter table app.priorities add constraint priorities_lengths check (char_length(name) <= 200) not valid;
alter table app.business_hours add constraint business_hours_lengths check (
  char_length(name) <= 200 and char_length(time_zone) <= 200
  and octet_length(hours::text) <= 65536 and octet_length(holidays::text) <= 65536) not valid;
alter table app.sla_policies add constraint sla_policies_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000
  and octet_length(conditions::text) <= 65536) not valid;
alter table app.projects add constraint projects_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000) not valid;
alter table app.custom_fields add constraint custom_fields_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000
  and octet_length(options::text) <= 65536) not valid;
alter table app.views add constraint views_lengths check (
  char_length(name) <= 200 and char_length(grouping) <= 2000
  and octet_length(filters::text) <= 65536 and octet_length(sort::text) <= 65536) not valid;
alter table app.automations add constraint automations_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000
  and octet_length(conditions::text) <= 65536 and octet_length(actions::text) <= 65536) not valid;
alter table app.forms add constraint forms_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000
  and octet_length(fields::text) <= 65536) not valid;
alter table app.email_templates add constraint email_templates_lengths check (
  char_length(description) <= 2000 and char_length(subject) <= 200
  and char_length(body_text) <= 100000 and char_length(body_html) <= 100000) not valid;
alter table app.kb_categories add constraint kb_categories_lengths check (
  char_length(name) <= 200 and char_length(description) <= 2000) not valid;
alter table app.settings add constraint settings_lengths check (octet_length(value::text) <= 262144) not valid;

-- Where a tenant has longer ones already, they stay until somebody changes them ('acctl tenant doctor' names them).
do $$
declare
  one record;
begin
  for one in
    select c.conrelid::regclass as relation, c.conname as name
      from pg_constraint as c
     where c.conname = (select t.relname from pg_class as t where t.oid = c.conrelid) || '_lengths' and not c.convalidated
  loop
    begin
      execute format('alter table %s validate constraint %I', one.relation, one.name);
    exception when check_violation then
      null;
    end;
  end loop;
end
$$;

-- Of people by triggers, as their addresses: a row that is older than the rule has to stay changeable, or its user could
-- not be suspended.
create function app.refuse_length() returns trigger
  language plpgsql set search_path = pg_catalog
as $$
begin
  raise exception 'the name or the external id of user "%" is longer than 200 characters', new.email
    using errcode = 'check_violation';
end
$$;

create trigger check_lengths before insert on app.users
  for each row when (char_length(new.name) > 200 or char_length(new.external_id) > 200)
  execute function app.refuse_length();
create trigger check_new_lengths before update of name, external_id on app.users
  for each row when (new.name is distinct from old.name and char_length(new.name) > 200
                     or new.external_id is distinct from old.external_id and char_length(new.external_id) > 200)
  execute function app.refuse_length();
