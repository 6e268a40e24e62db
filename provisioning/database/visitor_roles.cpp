#include "provisioning/database/visitor_roles.hpp"

#include "provisioning/base/random.hpp"
#include "provisioning/database/scram.hpp"
#include "provisioning/database/visitor_roles.sql.hpp"

namespace acctl {

namespace {

constexpr std::size_t verifier_salt_bytes = 16;

bool exists(Connection& server, const std::string& role) {
  return server.query(sql::visitor_exists, {role}).boolean(0, 0);
}

// What the role has when nobody has set anything: a reader cannot begin to write by mistake either, and a statement
// ends soon after the psql that waits for it.
std::string make_settings_sql(const VisitorRole& role) {
  const std::string name = quoted_identifier(role.name);
  return "alter role " + name + " set search_path = app; alter role " + name +
         " set client_connection_check_interval = '2s'" +
         (role.writes ? "" : "; alter role " + name + " set default_transaction_read_only = on");
}

// What the owner of the database, and that of the objects in it, do in one transaction.
void run_as_owners(Connection& database, const TenantNames& names, const std::string& on_database,
                   const std::string& on_objects) {
  database.script(join_owner(names.owner_role) + "set local role " + quoted_identifier(names.owner_role) + ";" +
                  on_database + "; set local role pg_database_owner;" + on_objects + "; reset role;" +
                  leave_owner(names.owner_role));
}

}  // namespace

void make_visitor_role(Connection& server, Connection& database, const TenantNames& names, const VisitorRole& role,
                       const Secret& password) {
  const std::string name = quoted_identifier(role.name);
  // One transaction by the protocol: a role without its limits does not exist.
  server.script("create role " + name + " login password " +
                quoted_literal(scram_verifier(password, random_bytes(verifier_salt_bytes))) + " valid until " +
                quoted_literal(role.until) + " connection limit 8; " + make_settings_sql(role));
  Transaction transaction(database);
  transaction.query(sql::name_visitor, {role.name, role.writes});
  run_as_owners(database, names, "grant connect on database " + quoted_identifier(names.database) + " to " + name,
                sql::grant_visiting);
  transaction.commit();
}

void end_visitor_sessions(Connection& server, const std::string& role) {
  if (!exists(server, role)) return;
  // New sessions are refused before those that there are end.
  server.script("alter role " + quoted_identifier(role) + " nologin");
  server.script(grant_to_us(server, role));  // only who has the rights of a role can end its sessions
  server.query(sql::end_sessions_of_visitor, {role});
}

void drop_visitor_role(Connection& server, Connection* database, const TenantNames& names, const std::string& role) {
  if (!exists(server, role)) return;
  const std::string name = quoted_identifier(role);
  // Not DROP OWNED alone: what others have granted, only they can revoke.
  if (database != nullptr) {
    Transaction transaction(*database);
    transaction.query(sql::name_visitor, {role, false});
    run_as_owners(*database, names, "revoke all on database " + quoted_identifier(names.database) + " from " + name,
                  "revoke all on all tables in schema app from " + name +
                      "; revoke all on all sequences in schema app from " + name + "; revoke all on schema app from " +
                      name);
    // Everybody can make large objects, in a read-only transaction, too, and their owner cannot be dropped.
    database->script(grant_to_us(*database, role) + "; drop owned by " + name);
    transaction.commit();
  }
  server.script("drop role " + name);
}

}  // namespace acctl
