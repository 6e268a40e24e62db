#include "provisioning/database/server.hpp"

#include "provisioning/database/at_end.hpp"
#include "provisioning/database/connect_errors.hpp"
#include "provisioning/database/server.sql.hpp"

namespace acctl {

namespace {

std::string id(const std::string& name) { return quoted_identifier(name); }

// Acts as the owner of the tenant's database for what cannot be in a transaction.
[[nodiscard]] AtEnd act_as_owner(Connection& server, const TenantNames& names) {
  // An owner of its own may not make databases, and so not rename them: as a member of it we may.
  server.script(has_own_owner(names) ? join_owner(names.owner_role) : "set role " + id(names.owner_role));
  return {server, [&] { server.script(has_own_owner(names) ? leave_owner(names.owner_role) : "reset role"); }};
}

// DROP DATABASE waits for a checkpoint, which writes whatever others have left to be written: after a thousand
// creations that takes longer than any statement of ours may. The checkpoint goes on when the wait is over, so it is
// waited for again; a database whose drop was cut off can only be dropped.
void drop_after_checkpoint(Connection& server, const std::string& database) {
  constexpr int most = 20;
  for (int attempt = 1;; ++attempt) {
    try {
      server.script("drop database if exists " + id(database));
      return;
    } catch (const SqlError& error) {
      if (error.sqlstate() != "57014" || attempt == most) throw;
    }
  }
}

// Whether the session's role has the rights of the owner: of a database that it has restored. False if that cannot be
// asked any more, in a transaction that has failed.
bool owns_database(Connection& server, const std::string& database) {
  try {
    const Rows rows = server.query(sql::owns_database, {database});
    return !rows.empty() && rows.boolean(0, 0);
  } catch (const SqlError&) {
    return false;
  }
}

// `statements` as the owner of the tenant's `database`, in one transaction by the protocol.
void run_as_owner(Connection& server, const TenantNames& names, const std::string& database,
                  const std::string& statements) {
  try {
    if (has_own_owner(names)) {
      server.script(join_owner(names.owner_role) + statements + ";" + leave_owner(names.owner_role));
    } else {
      server.script("set local role " + id(names.owner_role) + ";" + statements + ";reset role");
    }
  } catch (const SqlError& error) {
    if (error.sqlstate() != "42501" || !owns_database(server, database)) throw;
    server.script(statements);
  }
}

// A database is of acctl_owner whichever tenant it is made for, and bears its mark only once its door is open. Until
// then this limit of connections shows for whom it is made.
std::int64_t limit_while_made(const TenantNames& names) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : names.mark) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash & 0x3fffffffU;
}

DatabaseState read_database_state(const Row& row, const TenantNames& names) {
  const bool ours = row.view(4) == names.mark;
  const bool unmarked = row.is_null(4) && row.view(3) == names.owner_role;
  const bool interrupted_drop = row.integer(2) == -2;
  // The limit of one that was being made is gone with an interrupted drop; no drop of what nobody can use does harm.
  const bool made_for_us =
      unmarked && (interrupted_drop || has_own_owner(names) || row.integer(2) == limit_while_made(names));
  if (!ours && !made_for_us) return DatabaseState::foreign;
  if (interrupted_drop) return DatabaseState::broken;
  return ours ? DatabaseState::present : DatabaseState::unfinished;
}

// A new database that is not a copy is UTF8 whatever the encoding of the server. If that is another one, its locale
// fits that encoding alone; only C exists for all.
std::string create_utf8(Connection& server, const std::string& name) {
  const bool same = server.query(sql::template0_is_utf8).boolean(0, 0);
  return "create database " + id(name) + " template template0 encoding 'UTF8'" +
         (same ? "" : " locale_provider libc lc_collate 'C' lc_ctype 'C'");
}

}  // namespace

bool is_duplicate(const SqlError& error) {
  return error.sqlstate() == "42P04" || error.sqlstate() == "42710" || error.sqlstate() == "23505";
}

void refuse_pooler(Connection& server, std::int64_t backend_pid) {
  if (backend_pid == server.announced_pid()) return;
  throw Error(ErrorKind::conflict, server.dsn().display() + " is behind a connection pooler, which does not hold locks",
              "Use the address of the server itself; see acctl-install(7).");
}

void refuse_without_rules(const std::string& database, std::string_view replication_role) {
  if (replication_role == "origin") return;
  throw Error(ErrorKind::conflict,
              "the triggers of database '" + database + "' are disabled for this role: session_replication_role is " +
                  std::string(replication_role),
              "As a superuser, run ALTER ROLE or ALTER DATABASE … RESET session_replication_role.");
}

bool create_database_if_missing(const Dsn& dsn, const SessionOptions& session) {
  const std::string name = dsn.get("dbname");
  const auto deadline = std::chrono::steady_clock::now() + session.connect_timeout;
  try {
    const Connection existing(dsn, session);
    return false;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::connection || name.empty() || name == "postgres") throw;
    // Either the server or the database is missing; the maintenance database shows which, else the first error stands.
    SessionOptions rest = session;
    rest.connect_timeout = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.connect_timeout.count() <= 0) throw;
    std::optional<Connection> server;
    try {
      server.emplace(dsn.with("dbname", "postgres"), rest);
    } catch (const ConnectError& maintenance) {
      if (maintenance.sqlstate() == "3D000") {
        throw Error(ErrorKind::connection,
                    std::string(error.what()) + "; and there is no database postgres to create it from",
                    "Create one of them first: CREATE DATABASE " + id(name) + ", or CREATE DATABASE postgres.");
      }
    } catch (const Error&) {
    }
    if (!server) throw;
    refuse_pooler(*server, server->query(sql::session_facts).integer(0, 0));
    if (server->query(sql::database_facts, {name, name, name}).empty()) {
      try {
        server->script(create_utf8(*server, name));
        return true;
      } catch (const SqlError& duplicate) {
        if (!is_duplicate(duplicate)) throw;
      }
    }
    // Another run created it since we looked, or it exists and refuses connections: the second attempt reports that.
    const Connection made_by_another(dsn, rest);
    return false;
  }
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
  for (const Row row : server.query(sql::database_facts, {names.database, names.quarantine, template_name})) {
    const std::string_view name = row.view(0);
    if (name == names.database) {
      facts.database = read_database_state(row, names);
      facts.open = row.boolean(1);
    } else if (name == names.quarantine) {
      facts.quarantine = read_database_state(row, names);
    } else {
      facts.template_ready = row.view(4) == "acctl template" && !row.boolean(5);
    }
  }
  return facts;
}

ServerFacts look_at_server(Connection& server, const TenantNames& names, const std::string& template_name) {
  ServerFacts facts = look_at_databases(server, names, template_name);
  for (const Row row : server.query(sql::role_facts, {names.owner_role, names.app_role})) {
    const std::string name = row.text(0);
    const bool shared = name == shared_owner;
    if (!shared && row.view(2) != names.mark) {
      throw Error(ErrorKind::conflict, "the server has a database role '" + name + "' that is not this tenant's",
                  "Rename or drop that role, then run the command again.");
    }
    (name == names.owner_role ? facts.owner_role : facts.app_role) = true;
    if (name == names.app_role) facts.app_member = row.boolean(3);
    if (name == names.app_role) facts.app_can_login = row.boolean(1);
    if (name == names.owner_role) facts.owner_member = !shared && row.boolean(3);
  }
  return facts;
}

void copy_template(Connection& server, const TenantNames& names, const std::string& template_name) {
  try {
    server.script("create database " + id(names.database) + " owner " + id(names.owner_role) + " template " +
                  id(template_name) + " allow_connections false connection limit " +
                  std::to_string(limit_while_made(names)));
  } catch (const SqlError& error) {
    // An older acctl has not made the owner, or this session's role cannot act as it yet.
    const bool no_owner = error.sqlstate() == "42704" || error.sqlstate() == "42501";
    if (no_owner && make_shared_roles(server)) return copy_template(server, names, template_name);
    if (is_duplicate(error)) {
      // Most likely that of a run which was killed and whose backend has only now come to its end.
      throw Error(ErrorKind::locked, "a database '" + names.database + "' was created on the server at the same time",
                  "Run the command again.");
    }
    if (error.sqlstate() == "XX000" && look_at_databases(server, names, template_name).template_ready) {
      // If the disk fills up during the copy, PostgreSQL 15 fails in its own clean-up and reports that error instead.
      // The other cause is a template whose collation version has changed; template_ready is false for that one.
      throw SqlError(ErrorKind::failed, std::string("the server could not copy the template: ") + error.what(),
                     "Most likely the server's disk is full; free some space, then run the command again.", "53100",
                     "");
    }
    if (error.sqlstate() == "XX000") {
      throw Error(ErrorKind::locked, std::string("the template cannot be copied: ") + error.what(),
                  "Run the command again; the template is then rebuilt.");
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
  // Inside, the owner acts as pg_database_owner, which the owner's own right to make schemas does not reach.
  run_as_owner(server, names, names.database,
               "revoke all on database " + database + " from public; grant connect on database " + database + " to " +
                   id(names.app_role) + ", acctl_operator; grant create on database " + database +
                   " to pg_database_owner; comment on database " + database + " is " + quoted_literal(names.mark) +
                   "; alter database " + database + " allow_connections true connection limit -1");
}

void make_roles_again(Connection& server, const TenantNames& names, const ServerFacts& facts, bool login) {
  make_shared_roles(server);
  Transaction transaction(server);
  make_application_role(server, names, facts);
  if (!login) refuse_login(server, names);
  open_tenant_database(server, names);
  transaction.commit();
}

void quarantine_database(Connection& server, const TenantNames& names) {
  const std::string database = id(names.database);
  run_as_owner(server, names, names.database, "alter database " + database + " allow_connections false");
  server.query(sql::end_sessions_in_database, {names.database});
  run_as_owner(server, names, names.database, "alter database " + database + " rename to " + id(names.quarantine));
}

void restore_database(Connection& server, const TenantNames& names) {
  run_as_owner(server, names, names.quarantine,
               "alter database " + id(names.quarantine) + " rename to " + id(names.database) + "; alter database " +
                   id(names.database) + " allow_connections true");
}

void drop_tenant_database(Connection& server, const TenantNames& names, const std::string& database) {
  if (owns_database(server, database)) {
    drop_database(server, database);
    return;
  }
  server.query(sql::end_sessions_in_database, {database});
  const AtEnd owner = act_as_owner(server, names);
  drop_after_checkpoint(server, database);
}

void drop_tenant(Connection& server, const TenantNames& names, const ServerFacts& facts) {
  const auto is_ours = [](DatabaseState state) {
    return state != DatabaseState::absent && state != DatabaseState::foreign;
  };
  if (is_ours(facts.database)) drop_tenant_database(server, names, names.database);
  if (is_ours(facts.quarantine)) drop_tenant_database(server, names, names.quarantine);
  drop_tenant_roles(server, names, facts);
}

void create_template_database(Connection& server, const std::string& name) {
  server.script(create_utf8(server, name));
  server.script("revoke all on database " + id(name) + " from public; grant create on database " + id(name) +
                " to pg_database_owner");
}

namespace {

// Gives the name of the template to `building`. The one that has it is put aside if it is out of date, as something
// that is left of building and dropped as such; "" if there is none such.
std::string put_in_place(Connection& server, const std::string& building, const std::string& name) {
  Transaction transaction(server);
  server.query(sql::lock_templates);
  const Rows present = server.query(sql::database_facts, {name, name, name});
  const bool outdated = !present.empty() && present.text(0, 4) == "acctl template" && present.boolean(0, 5);
  const std::string aside = outdated ? building + "_old" : "";
  if (outdated) {
    server.script("alter database " + id(name) + " is_template false; alter database " + id(name) + " rename to " +
                  id(aside));
  }
  server.script("alter database " + id(building) + " rename to " + id(name) + "; comment on database " + id(name) +
                " is 'acctl template'; alter database " + id(name) + " is_template true allow_connections false");
  transaction.commit();
  return aside;
}

}  // namespace

bool finish_template(Connection& server, const std::string& building, const std::string& name) {
  try {
    if (const std::string aside = put_in_place(server, building, name); !aside.empty()) drop_database(server, aside);
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
  drop_after_checkpoint(server, name);
}

void drop_template_database(Connection& server, const std::string& name) {
  for (const Row row : server.query(sql::template_databases)) {
    // Not if it is already unmarked: what an interrupted drop left cannot be altered.
    if (row.view(0) == name && row.boolean(2)) {
      server.script("alter database " + id(name) + " is_template false");
    }
  }
  drop_database(server, name);
}

}  // namespace acctl
