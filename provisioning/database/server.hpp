// Creates and drops databases and database roles, which transactions do not cover. Every function looks before it acts,
// so that it can be called again after an interruption at any point.
#pragma once

#include <string>

#include "provisioning/database/server_roles.hpp"

namespace acctl {

// Throws Error(conflict) if a pooler answers: the pid that the protocol announced is then not the backend's, a lock
// taken in one transaction would not be there in the next. `backend_pid`: as the backend itself says.
void refuse_pooler(Connection& server, std::int64_t backend_pid);

// Throws Error(conflict) if `replication_role` (session_facts) means that no trigger and no foreign key of the database
// holds in the session: what they forbid would be written.
void refuse_without_rules(const std::string& database, std::string_view replication_role);

// Whether an object of that name was created concurrently. Of two creators of one name the loser may see either
// SQLSTATE.
bool is_duplicate(const SqlError& error);

// Creates the database that `dsn` names when the server lacks it; true when it did. Refuses a pooler.
bool create_database_if_missing(const Dsn& dsn, const SessionOptions& session);

// Keeps everybody but acctl out of the database that the session is in; true when it was open. Else the application of
// each tenant could connect to the control database.
bool shut_public_out(Connection& control);

enum class DatabaseState {
  absent,
  unfinished,  // ours, but its door was never opened: creation was interrupted before the mark
  present,
  broken,   // ours; a drop was interrupted
  foreign,  // of that name, and not ours
};

struct ServerFacts {
  DatabaseState database = DatabaseState::absent;
  bool open = false;  // connections are allowed
  DatabaseState quarantine = DatabaseState::absent;
  bool template_ready = false;
  bool owner_role = false;
  bool app_role = false;
  bool app_can_login = false;
  bool owner_member = false;  // this session's role is a member of the owner: an interrupted run has left it so
  bool app_member = false;    // the same of the application's role
};

// What there is of databases. Enough for a tenant that was registered just now: its roles are named after its new id.
ServerFacts look_at_databases(Connection& server, const TenantNames& names, const std::string& template_name);

// The same with the roles. Throws Error(conflict) when a role of the tenant's name exists that is not the tenant's.
ServerFacts look_at_server(Connection& server, const TenantNames& names, const std::string& template_name);

// A copy of the template behind a closed door: nobody can connect to it before open_tenant_database().
// Throws Error(locked) when somebody is connected to the template.
void copy_template(Connection& server, const TenantNames& names, const std::string& template_name);

// Marks the database as the tenant's, lets the tenant's application and acctl in and nobody else, opens the door.
void open_tenant_database(Connection& server, const TenantNames& names);

// Makes the roles of a tenant that has its database already and lost one of them, and opens the database, in one
// transaction. `login`: whether the application may log in.
void make_roles_again(Connection& server, const TenantNames& names, const ServerFacts& facts, bool login);

// Ends all sessions, closes the door and renames the database to its quarantine name; and back.
void quarantine_database(Connection& server, const TenantNames& names);
void restore_database(Connection& server, const TenantNames& names);

// Drops `database`, one of the names of a tenant's.
void drop_tenant_database(Connection& server, const TenantNames& names, const std::string& database);

// Drops what there is of the database (under either name) and of the tenant's roles.
void drop_tenant(Connection& server, const TenantNames& names, const ServerFacts& facts);

// A database `name` that is being made into a template, closed to everybody but the session's role.
void create_template_database(Connection& server, const std::string& name);

// Renames `building` to `name` as a finished template, in the place of one that is out of date. False when another run
// has finished one meanwhile; `building` is dropped then.
bool finish_template(Connection& server, const std::string& building, const std::string& name);

void drop_database(Connection& server, const std::string& name);

// The same for a finished template, which the server keeps from being dropped.
void drop_template_database(Connection& server, const std::string& name);

}  // namespace acctl
