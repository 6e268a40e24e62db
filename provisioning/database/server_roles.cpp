#include "provisioning/database/server_roles.hpp"

#include "provisioning/database/at_end.hpp"
#include "provisioning/database/server.hpp"
#include "provisioning/database/server_roles.sql.hpp"

namespace acctl {

namespace {

std::string quoted_role(const std::string& name) { return quoted_identifier(name); }

// Memberships have options of their own from 16 on; before, it is the member's attribute that decides.
constexpr int version_with_grant_options = 160000;

bool has_keepers(Connection& server) { return server.server_version() >= version_with_grant_options; }

// The keeper of an application role goes by the first two digits of the tenant's id: acctl_1f…_app is
// acctl_keeper_1f's.
std::string keeper_call(const TenantNames& names, const std::string& statements) {
  const std::string keeper = "keeper_" + names.app_role.substr(std::string_view("acctl_").size(), 2);
  return "select acctl_keepers." + quoted_role(keeper) + "(replace(" + quoted_literal(statements) +
         ", 'current_user', quote_ident(current_user)))";
}

// Statements on the tenant's roles. `current_user` in them is this session's role, whoever runs them.
void run_on_roles(Connection& server, const TenantNames& names, const std::string& statements) {
  // Roles of the first releases were made by the session's role itself.
  if (!has_keepers(server) || has_own_owner(names)) {
    server.script(statements);
    return;
  }
  try {
    server.script(keeper_call(names, statements));
  } catch (const SqlError& error) {
    const bool no_keepers = error.sqlstate() == "3F000" || error.sqlstate() == "42883";
    if (!no_keepers || !make_shared_roles(server)) throw;
    server.script(keeper_call(names, statements));
  }
}

// Only a member can end the sessions of a role. A failure ends the membership, too; a lost session leaves it to doctor.
[[nodiscard]] AtEnd join_application(Connection& server, const TenantNames& names) {
  run_on_roles(server, names, grant_to_us(server, names.app_role));
  return {server, [&] { cease_application(server, names); }};
}

// One by one, so that an interrupted or concurrent run leaves less to do and causes no error.
void make_groups(Connection& server) {
  for (const std::string& statement :
       {std::string("create role acctl_app nologin"), std::string("create role acctl_operator nologin"),
        std::string("create role acctl_owner nologin createdb"),
        std::string("create role acctl_provisioner nologin noinherit"),
        std::string("grant acctl_owner to acctl_provisioner"), grant_to_us(server, "acctl_operator"),
        grant_to_us(server, "acctl_provisioner")}) {
    try {
      server.script(statement);
    } catch (const SqlError& error) {
      if (!is_duplicate(error)) throw;
    }
  }
}

// A role that another one has made, or PostgreSQL 15 before pg_upgrade, is nobody's to hand out.
[[noreturn]] void explain_missing_admin(const SqlError& error) {
  throw SqlError(ErrorKind::connection,
                 std::string("this database role cannot grant acctl's shared roles: ") + error.what(),
                 "Connect as the role that initialised the platform; it needs CREATE on the database. After an upgrade "
                 "from PostgreSQL 15, a superuser has to grant it acctl_app, acctl_operator, acctl_owner, "
                 "acctl_provisioner and the roles of all applications WITH ADMIN OPTION once.",
                 error.sqlstate(), "");
}

}  // namespace

std::string grant_to_us(Connection& server, const std::string& role) {
  return "grant " + quoted_role(role) + " to current_user" +
         (has_keepers(server) ? " with inherit true, set true" : "");
}

bool make_shared_roles(Connection& server) {
  if (server.query(sql::shared_roles_ready).boolean(0, 0) &&
      (!has_keepers(server) || server.query(sql::keepers_ready).boolean(0, 0))) {
    return false;
  }
  try {
    make_groups(server);
    if (has_keepers(server)) {
      server.script(sql::make_keepers);
      server.script(sql::make_keeper_functions);
    }
  } catch (const SqlError& error) {
    if (error.sqlstate() == "42501" && has_keepers(server)) explain_missing_admin(error);
    throw;
  }
  if (server.query(sql::shared_roles_ready).boolean(0, 0)) return true;
  throw Error(ErrorKind::conflict,
              "the database role that acctl connects as does not inherit the rights of acctl_operator (NOINHERIT)",
              "As a superuser, run ALTER ROLE … INHERIT for it, or connect as another role.");
}

void make_application_role(Connection& server, const TenantNames& names, const ServerFacts& facts) {
  if (facts.app_role) return;
  const std::string role = quoted_role(names.app_role);
  try {
    // One transaction by the protocol: a role without its mark does not exist.
    run_on_roles(server, names,
                 "create role " + role + " login in role acctl_app; comment on role " + role + " is " +
                     quoted_literal(names.mark));
  } catch (const SqlError& error) {
    if (!is_duplicate(error)) throw;
    // That of a run which has overtaken this one, or look_at_server() would have found it.
    throw Error(ErrorKind::locked, std::string("a concurrent change on the server: ") + error.what(),
                "Run the command again.");
  }
}

void refuse_login(Connection& server, const TenantNames& names) {
  run_on_roles(server, names, "alter role " + quoted_role(names.app_role) + " nologin");
}

void lock_application_out(Connection& server, const TenantNames& names) {
  // New sessions are refused before those that there are end.
  refuse_login(server, names);
  const AtEnd member = join_application(server, names);
  server.query(sql::end_sessions_of_role, {names.app_role});
}

void let_application_in(Connection& server, const TenantNames& names) {
  const std::string app = quoted_role(names.app_role);
  // An interrupted lock_application_out() leaves us a member.
  run_on_roles(server, names, "alter role " + app + " login; revoke " + app + " from current_user");
}

void cease_application(Connection& server, const TenantNames& names) {
  run_on_roles(server, names, "revoke " + quoted_role(names.app_role) + " from current_user");
}

void drop_tenant_roles(Connection& server, const TenantNames& names, const ServerFacts& facts) {
  if (facts.app_role) run_on_roles(server, names, "drop role " + quoted_role(names.app_role));
  if (facts.owner_role && has_own_owner(names)) server.script("drop role " + quoted_role(names.owner_role));
}

bool has_own_owner(const TenantNames& names) { return names.owner_role != shared_owner; }

std::string join_owner(const std::string& owner) {
  return owner == shared_owner ? "" : "grant " + quoted_role(owner) + " to current_user;";
}

std::string leave_owner(const std::string& owner) {
  return owner == shared_owner ? "" : "revoke " + quoted_role(owner) + " from current_user;";
}

void cease_owner(Connection& server, const TenantNames& names) {
  if (has_own_owner(names)) server.script(leave_owner(names.owner_role));
}

}  // namespace acctl
