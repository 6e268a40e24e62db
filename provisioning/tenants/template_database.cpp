#include "provisioning/tenants/template_database.hpp"

#include <algorithm>
#include <charconv>

#include "provisioning/base/step.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/database/server.hpp"
#include "provisioning/database/server.sql.hpp"
#include "provisioning/database/write.hpp"
#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/tenants/sample_content.hpp"
#include "provisioning/tenants/template_database.sql.hpp"

namespace acctl {

namespace {

constexpr const char* building_prefix = "acctl_template_building_";

std::int64_t number_at(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A killed run leaves its unfinished template; what is older than an hour has nobody working on it any more.
bool is_abandoned(const std::string& name, std::int64_t now) {
  if (!name.starts_with(building_prefix)) return false;
  const std::int64_t made = number_at(std::string_view(name).substr(std::string_view(building_prefix).size()));
  return made > 0 && now - made > 3600;
}

// "acctl_template_PACK_VERSION_DIGEST" of none of our packs as they are. A newer version than ours belongs to an acctl
// that works on the same server.
bool is_former(const std::string& name) {
  if (std::ranges::any_of(packs(), [&](const Pack& pack) { return template_name(pack) == name; })) return false;
  const std::size_t digest = name.rfind('_');
  const std::size_t version = digest == 0 ? std::string::npos : name.rfind('_', digest - 1);
  if (version == std::string::npos) return false;
  const std::int64_t number = number_at(std::string_view(name).substr(version + 1));
  return number > 0 && number <= static_cast<std::int64_t>(tenant_migrations().size());
}

void drop_abandoned(Connection& server, std::int64_t now) {
  for (const Row row : server.query(sql::template_databases)) {
    const std::string name = row.text(0);
    if (is_abandoned(name, now)) drop_database(server, name);
  }
}

// A server that is too slow for it in a statement's time makes larger copies, which are as good.
void compact(Connection& database) {
  try {
    database.query(sql::compact_database);
  } catch (const SqlError& error) {
    if (error.sqlstate() != "57014" && error.sqlstate() != "55P03") throw;
  }
}

void fill_template(Connection& database, const Pack& pack) {
  migrate(database, tenant_migrations(), "pg_database_owner");
  write_as_owner(database, diff({}, declared_state(read_pack(pack))));
  write_sample(database, pack);
  if (const std::int64_t chiefs = database.query(sql::chief_role_count).integer(0, 0); chiefs != 1) {
    throw Error(ErrorKind::failed, "pack " + std::string(pack.name) + " has " + std::to_string(chiefs) +
                                       " system roles of scope organization that give everything, not one");
  }
  compact(database);
}

}  // namespace

std::string template_name(const Pack& pack) {
  return "acctl_template_" + std::string(pack.name) + "_" + std::to_string(tenant_migrations().size()) + "_" +
         std::string(pack.digest.substr(0, 12));
}

void build_template(Platform& platform, Connection& server, const std::string& server_dsn, const Pack& pack) {
  const Step step("building the template database of pack " + std::string(pack.name));
  make_shared_roles(server);
  const Rows unique = server.query(sql::building_name);
  const std::int64_t now = unique.integer(0, 0);
  drop_abandoned(server, now);
  const std::string building = building_prefix + std::to_string(now) + "_" + std::string(unique.text(0, 1));
  create_template_database(server, building);
  try {
    fill_template(*platform.database(server_dsn, building), pack);
  } catch (const Error& error) {
    // On a full disk even a drop can take the server down; it is left to a later run.
    const auto* sql_error = dynamic_cast<const SqlError*>(&error);
    if (server.usable() && (sql_error == nullptr || sql_error->sqlstate() != "53100")) drop_database(server, building);
    throw;
  }
  finish_template(server, building, template_name(pack));
}

std::vector<std::string> old_templates(Connection& server) {
  const std::int64_t now = server.query(sql::building_name).integer(0, 0);
  std::vector<std::string> old;
  for (const Row row : server.query(sql::template_databases)) {
    const std::string name = row.text(0);
    const bool marked = row.boolean(1);
    if (is_abandoned(name, now) || (marked && is_former(name))) old.push_back(name);
  }
  return old;
}

bool drop_old_template(Connection& server, const std::string& name) {
  const std::vector<std::string> old = old_templates(server);
  if (std::ranges::find(old, name) == old.end()) return false;
  drop_template_database(server, name);
  return true;
}

}  // namespace acctl
