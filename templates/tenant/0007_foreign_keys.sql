-- Every foreign key has an index that serves it: without one, deleting or renumbering a row of the other table reads
-- this one as a whole, and locks what it finds. Partial where most rows refer to nothing.

create index api_keys_user on app.api_keys (user_id);
create index api_keys_created_by on app.api_keys (created_by) where created_by is not null;
create index invitations_invited_by on app.invitations (invited_by) where invited_by is not null;
create index outbox_invitation on app.outbox (invitation_id) where invitation_id is not null;
create index sla_policies_business_hours on app.sla_policies (business_hours_id) where business_hours_id is not null;
create index views_project on app.views (project_id) where project_id is not null;
create index forms_project on app.forms (project_id) where project_id is not null;
create index runs_undoes on acctl.runs (undoes) where undoes is not null;
create index applied_run on acctl.applied (run_id) where run_id is not null;
