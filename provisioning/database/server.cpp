#include "provisioning/database/server.hpp"

#include "queries.hpp"

namespace acctl {

namespace {

std::string id(const std::string& name) { return quoted_identifier(name); }

bool is_duplicate(const SqlError& error) {
  // Two creators of one name: the loser may see either.
  return error.sqlstate() == "42P04" || error.sqlstate() == "42710" || error.sqlstate() == "23505";
}

// PostgreSQL lets only members of an owning role alter or drop its database. acctl is a member just while it needs to
// be: the memberships of thousands of owners would slow down each of its sessions.
std::string become_member(const TenantNames& names) { return "grant " + id(names.owner_role) + " to current_user;"; }
std::string leave(const TenantNames& names) { return "revoke " + id(names.owner_role) + " from current_user;"; }

// The same around what cannot be one transaction; a failure ends it too, a lost session leaves it to doctor.
class Membership {
 public:
  Membership(Connection& server, const std::string& role) : server_(server), role_(id(role)) {
    server_.script("grant " + role_ + " to current_user");
  }
  ~Membership() {
    if (!server_.usable()) return;
    try {
      server_.script("revoke " + role_ + " from current_user");
    } catch (const std::exception&) {
      // doctor names what is left.
    }
  }
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

 private:
  Connection& server_;
  std::string role_;
};

DatabaseState state_of(const Rows& rows, int row, const TenantNames& names) {
  const bool ours = rows.text(row, 4) == names.mark;
  // The comment comes only with the opened door; before that the owner, a role that bears the mark, tells.
  const bool by_owner = rows.text(row, 3) == names.owner_role;
  const bool interrupted_drop = rows.boolean(row, 2);
  if (!ours && !by_owner) return DatabaseState::foreign;
  if (interrupted_drop) return DatabaseState::broken;
  return ours ? DatabaseState::present : DatabaseState::unfinished;
}

}  // namespace

void refuse_pooler(Connection& server, std::int64_t backend_pid) {
  if (backend_pid == server.announced_pid()) return;
  throw Error(ErrorKind::conflict, server.dsn().display() + " is behind a connection pooler, which does not hold locks",
              "Give acctl the address of the server itself.");
}

bool create_database_if_missing(const Dsn& dsn, const SessionOptions& session) {
  const std::string name = dsn.get("dbname");
  const auto deadline = std::chrono::steady_clock::now() + session.connect_timeout;
  try {
    const Connection existing(dsn, session);
    return false;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::connection || name.empty() || name == "postgres") throw;
    // Either the server or the database is missing; the maintenance database tells which, else the first error stands.
    SessionOptions rest = session;
    rest.connect_timeout = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.connect_timeout.count() <= 0) throw;
    std::optional<Connection> server;
    try {
      server.emplace(dsn.with("dbname", "postgres"), rest);
    } catch (const Error&) {
    }
    if (!server) throw;
    refuse_pooler(*server, server->query(sql::session_facts).integer(0, 0));
    if (server->query(sql::database_facts, {name, name, name}).empty()) {
      try {
        server->script("create database " + id(name) + " template template0 encoding 'UTF8'");
        return true;
      } catch (const SqlError& duplicate) {
        if (!is_duplicate(duplicate)) throw;
      }
    }
    // Another run has made it since we looked, or it is there and lets nobody in: that is said once more.
    const Connection made_by_another(dsn, rest);
    return false;
  }
}

bool make_shared_roles(Connection& server) {
  if (server.query(sql::shared_roles_ready).boolean(0, 0)) return false;
  for (const char* statement : {"create role acctl_app nologin", "create role acctl_operator nologin",
                                "grant acctl_operator to current_user"}) {
    try {
      server.script(statement);
    } catch (const SqlError& error) {
      if (!is_duplicate(error)) throw;
    }
  }
  return true;
}

bool shut_public_out(Connection& control) {
  const Rows facts = control.query(sql::open_to_public);
  if (!facts.boolean(0, 1)) return false;
  const std::string database = id(std::string(facts.text(0, 0)));
  control.script("grant connect on database " + database + " to current_user, acctl_operator; revoke all on database " +
                 database + " from public");
  return !control.query(sql::open_to_public).boolean(0, 1);
}

ServerFacts look_at_databases(Connection& server, const TenantNames& names, const std::string& template_name) {
  ServerFacts facts;
  const Rows databases = server.query(sql::database_facts, {names.database, names.quarantine, template_name});
  for (int row = 0; row < databases.size(); ++row) {
    const std::string_view name = databases.text(row, 0);
    if (name == names.database) {
      facts.database = state_of(databases, row, names);
      facts.open = databases.boolean(row, 1);
    } else if (name == names.quarantine) {
      facts.quarantine = state_of(databases, row, names);
    } else {
      facts.template_ready = databases.text(row, 4) == "acctl template";
    }
  }
  return facts;
}

ServerFacts look_at_server(Connection& server, const TenantNames& names, const std::string& template_name) {
  ServerFacts facts = look_at_databases(server, names, template_name);
  const Rows roles = server.query(sql::role_facts, {names.owner_role, names.app_role});
  for (int row = 0; row < roles.size(); ++row) {
    const std::string name(roles.text(row, 0));
    if (roles.text(row, 2) != names.mark) {
      throw Error(ErrorKind::conflict, "the server has a database role '" + name + "' that is not this tenant's",
                  "Rename or drop that role, then run the command again.");
    }
    (name == names.owner_role ? facts.owner_role : facts.app_role) = true;
    if (name == names.app_role) facts.app_member = roles.boolean(row, 3);
    if (name == names.app_role) facts.app_can_login = roles.boolean(row, 1);
    if (name == names.owner_role) facts.owner_member = roles.boolean(row, 3);
  }
  return facts;
}

void make_tenant_roles(Connection& server, const TenantNames& names, const ServerFacts& facts) {
  const auto create = [&](const std::string& role, const std::string& attributes) {
    return "create role " + id(role) + attributes + "; comment on role " + id(role) + " is " +
           quoted_literal(names.mark) + ";";
  };
  try {
    // One transaction by the protocol: a role without its mark does not exist.
    server.script((facts.owner_role ? "" : create(names.owner_role, " nologin")) +
                  (facts.app_role ? "" : create(names.app_role, " login in role acctl_app")) + become_member(names));
  } catch (const SqlError& error) {
    if (!is_duplicate(error)) throw;
    // That of a run which has overtaken this one, or look_at_server() would have found it.
    throw Error(ErrorKind::locked, std::string("meanwhile on the server: ") + error.what(), "Run the command again.");
  }
}

void copy_template(Connection& server, const TenantNames& names, const std::string& template_name) {
  try {
    server.script("create database " + id(names.database) + " owner " + id(names.owner_role) + " template " +
                  id(template_name) + " allow_connections false");
  } catch (const SqlError& error) {
    if (is_duplicate(error)) {
      // Most likely that of a run which was killed and whose backend has only now come to its end.
      throw Error(ErrorKind::locked, "a database '" + names.database + "' has appeared on the server meanwhile",
                  "Run the command again.");
    }
    if (error.sqlstate() == "XX000") {
      // A full disk in the middle of a copy: PostgreSQL 15 stumbles over its own clean-up and reports that instead.
      throw SqlError(ErrorKind::failed, std::string("the server could not copy the template: ") + error.what(),
                     "Most likely there is no room on the server's disk; make some, then run the command again.",
                     "53100", "");
    }
    if (error.sqlstate() != "55006") throw;
    const Rows users = server.query(sql::sessions_in_database, {template_name});
    throw Error(ErrorKind::locked,
                "the template database " + template_name + " is in use by " +
                    (users.is_null(0, 0) ? "another session" : std::string(users.text(0, 0))),
                "End that session, then run the command again.");
  }
}

void open_tenant_database(Connection& server, const TenantNames& names) {
  const std::string database = id(names.database);
  // The owner's members act as pg_database_owner inside, which the owner's own right to make schemas does not reach.
  server.script("revoke all on database " + database + " from public; grant connect on database " + database + " to " +
                id(names.app_role) + ", acctl_operator; grant create on database " + database +
                " to pg_database_owner; comment on database " + database + " is " + quoted_literal(names.mark) +
                "; alter database " + database + " allow_connections true;" + leave(names));
}

void make_roles_again(Connection& server, const TenantNames& names, const ServerFacts& facts, bool login) {
  Transaction transaction(server);
  make_tenant_roles(server, names, facts);
  if (!login) server.script("alter role " + id(names.app_role) + " nologin");
  open_tenant_database(server, names);
  transaction.commit();
}

void reopen_database(Connection& server, const TenantNames& names) {
  Transaction transaction(server);
  server.script(become_member(names));
  open_tenant_database(server, names);
  transaction.commit();
}

void cease_owner(Connection& server, const TenantNames& names) { server.script(leave(names)); }

void cease_application(Connection& server, const TenantNames& names) {
  server.script("revoke " + id(names.app_role) + " from current_user");
}

void lock_application_out(Connection& server, const TenantNames& names) {
  // New sessions are refused before those that there are end.
  server.script("alter role " + id(names.app_role) + " nologin");
  const Membership membership(server, names.app_role);
  server.query(sql::end_sessions_of_role, {names.app_role});
}

void let_application_in(Connection& server, const TenantNames& names) {
  const std::string app = id(names.app_role);
  // An interrupted lock_application_out() leaves us a member.
  server.script("alter role " + app + " login; revoke " + app + " from current_user");
}

void quarantine_database(Connection& server, const TenantNames& names) {
  const std::string database = id(names.database);
  server.script(become_member(names) + "alter database " + database + " allow_connections false;" + leave(names));
  server.query(sql::end_sessions_in_database, {names.database});
  server.script(become_member(names) + "alter database " + database + " rename to " + id(names.quarantine) + ";" +
                leave(names));
}

void restore_database(Connection& server, const TenantNames& names) {
  server.script(become_member(names) + "alter database " + id(names.quarantine) + " rename to " + id(names.database) +
                "; alter database " + id(names.database) + " allow_connections true;" + leave(names));
}

void drop_tenant_database(Connection& server, const TenantNames& names, const ServerFacts& facts) {
  const auto is_ours = [](DatabaseState state) {
    return state != DatabaseState::absent && state != DatabaseState::foreign;
  };
  {
    std::optional<Membership> membership;
    if (facts.owner_role) membership.emplace(server, names.owner_role);
    if (is_ours(facts.database)) drop_database(server, names.database);
    if (is_ours(facts.quarantine)) drop_database(server, names.quarantine);
  }
  if (facts.app_role) server.script("drop role " + id(names.app_role));
  if (facts.owner_role) server.script("drop role " + id(names.owner_role));
}

void create_template_database(Connection& server, const std::string& name) {
  server.script("create database " + id(name) + " template template0 encoding 'UTF8'");
  server.script("revoke all on database " + id(name) + " from public; grant create on database " + id(name) +
                " to pg_database_owner");
}

bool finish_template(Connection& server, const std::string& building, const std::string& name) {
  try {
    server.script("alter database " + id(building) + " rename to " + id(name) + "; comment on database " + id(name) +
                  " is 'acctl template'; alter database " + id(name) + " is_template true allow_connections false");
    return true;
  } catch (const SqlError& error) {
    if (!is_duplicate(error)) throw;
  }
  drop_database(server, building);
  if (server.query(sql::database_facts, {name, name, name}).text(0, 4) == "acctl template") return false;
  throw Error(ErrorKind::conflict, "the server has a database '" + name + "' that is not acctl's template",
              "Rename or drop that database, then run the command again.");
}

void drop_database(Connection& server, const std::string& name) {
  server.query(sql::end_sessions_in_database, {name});
  server.script("drop database if exists " + id(name));
}

void drop_template_database(Connection& server, const std::string& name) {
  const Rows databases = server.query(sql::template_databases);
  for (int row = 0; row < databases.size(); ++row) {
    // Not where it is done already: of what an interrupted drop has left nothing can be altered.
    if (databases.text(row, 0) == name && databases.boolean(row, 2)) {
      server.script("alter database " + id(name) + " is_template false");
    }
  }
  drop_database(server, name);
}

}  // namespace acctl
