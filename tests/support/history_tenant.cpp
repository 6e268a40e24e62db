#include "tests/support/history_tenant.hpp"

namespace acctl::test {

namespace {

const std::string reset_sql = R"(
set session_replication_role = replica;
delete from acctl.changes; delete from acctl.applied; delete from acctl.runs;
delete from app.tickets; delete from app.outbox; delete from app.invitations; delete from app.team_members;
delete from app.user_roles; delete from app.user_permissions; delete from app.role_permissions;
delete from app.role_template_permissions; delete from app.users; delete from app.authors; delete from app.teams;
delete from app.views; delete from app.forms; delete from app.projects; delete from app.role_templates; delete from app.roles;
delete from app.permissions;
set session_replication_role = origin;
insert into app.permissions (key, category, levels) values
  ('*', 'All', null), ('a.view', 'A', null), ('b.edit', 'B', '["global", "group"]');
insert into app.roles (key, name) values ('admin', 'Admin'), ('r1', 'R1'), ('r2', 'R2');
insert into app.role_permissions (role_id, permission_id)
  select r.id, p.id from app.roles r join app.permissions p on (r.key, p.key) in (('admin', '*'), ('r1', 'a.view'));
insert into app.role_templates (key, name) values ('p1', 'P1'), ('p2', 'P2');
insert into app.users (email, name, status) values
  ('boss@acme.example', 'Boss', 'active'), ('u1@acme.example', 'U1', 'active'), ('u2@acme.example', null, 'invited'),
  ('u3@acme.example', 'U3', 'active');
insert into app.user_roles (user_id, role_id)
  select u.id, r.id from app.users u join app.roles r on (left(u.email, 2), r.key) in (('bo', 'admin'), ('u1', 'r1'));
insert into app.teams (key, name) values ('t1', 'T1'), ('t2', 'T2');
insert into app.team_members (team_id, user_id)
  select t.id, u.id from app.teams t join app.users u on (t.key, left(u.email, 2)) in (('t1', 'u1'), ('t1', 'u3'));
insert into app.projects (key, name) values ('j1', 'J1'), ('j2', 'J2');
insert into app.views (key, name, type, project_id) select 'v1', 'V1', 'list', id from app.projects where key = 'j1')";

}  // namespace

HistoryTenant::HistoryTenant() {
  const auto made = platform_.create("acme");
  session_ = connect();
  application_ =
      std::make_unique<Connection>(platform_.cluster.dsn(platform_.app_role("acme"), "acme"), SessionOptions{});
  superuser_ = std::make_unique<Connection>(platform_.cluster.dsn("postgres", "acme"), SessionOptions{});
  superuser_->script("update acctl.tenant set seat_limit = null, features = null");
  identity_ = {.slug = "acme", .id = std::string(superuser_->script("select tenant_id from acctl.tenant").text(0, 0))};
}

std::unique_ptr<Connection> HistoryTenant::connect() const {
  return std::make_unique<Connection>(platform_.cluster.dsn("acctl", "acme"), SessionOptions{});
}

void HistoryTenant::reset() { superuser_->script(reset_sql); }

void HistoryTenant::force(const std::string& sql) {
  superuser_->script("set session_replication_role = replica; " + sql + "; set session_replication_role = origin");
}

}  // namespace acctl::test
