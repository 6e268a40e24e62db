#include <algorithm>
#include <filesystem>
#include <map>

#include "provisioning/platform/platform.sql.hpp"
#include "provisioning/tenants/archive.hpp"
#include "provisioning/tenants/doctor.hpp"
#include "provisioning/tenants/doctor.sql.hpp"
#include "provisioning/tenants/leftovers.hpp"

namespace acctl {

namespace {

constexpr std::string_view tenant_mark = "acctl tenant ";

// What bears the mark of a tenant, or a name that only acctl gives: databases and roles of a server, storage folders.
struct Marked {
  std::string id;    // of the tenant, "" without a mark
  std::string what;  // "server main has the role 'x'"
  std::string name;  // of a role
};

std::vector<Marked> marked_on(Connection& server, const std::string& server_name) {
  std::vector<Marked> all;
  const auto add = [&](const Rows& rows, const std::string& what, bool is_role) {
    for (const Row row : rows) {
      const std::string name = row.text(0);
      all.push_back({.id = row.is_null(1) ? "" : std::string(row.view(1).substr(tenant_mark.size())),
                     .what = "server " + server_name + " has the " + what + " '" + name + "'",
                     .name = is_role ? name : ""});
    }
  };
  add(server.query(sql::marked_databases), "database", false);
  add(server.query(sql::marked_roles), "role", true);
  return all;
}

std::map<std::string, Tenant> tenants_by_id(Platform& platform, const TenantFilter& filter) {
  std::map<std::string, Tenant> tenants;
  for (Tenant& tenant : list_tenants(platform, filter)) tenants.emplace(tenant.id, std::move(tenant));
  return tenants;
}

// What makes `one` an orphan; "" if it is none.
std::string orphan_words(const Marked& one, const std::map<std::string, Tenant>& known,
                         const std::map<std::string, Tenant>& deleted) {
  const auto is_role_of = [&](const Tenant& tenant) {
    return one.name == tenant.app_role || one.name == tenant.owner_role;
  };
  if (one.id.empty()) {
    // Without the mark of its tenant, that tenant's own examination names it.
    const bool is_needed = std::ranges::any_of(known, [&](const auto& entry) { return is_role_of(entry.second); });
    return is_needed ? "" : " without the mark of a tenant; drop it if nobody uses it";
  }
  if (const auto tenant = known.find(one.id); tenant != known.end()) {
    if (one.name.empty() || is_role_of(tenant->second)) return "";
    return " with the mark of tenant " + tenant->second.slug + ", which has another role; drop it if nobody uses it";
  }
  const auto gone = deleted.find(one.id);
  return gone == deleted.end()
             ? " of a tenant that this registry does not know"
             : " of tenant " + gone->second.slug + ", which is deleted; 'acctl tenant purge --remains' drops it";
}

}  // namespace

std::vector<Finding> find_orphans(Platform& platform, const UnreachableServers& unreachable) {
  std::vector<Marked> marked;
  std::vector<Finding> findings;
  for (const Row row : platform.control().query(sql::server_list)) {
    const std::string server = row.text(1);
    const auto failure = platform.catch_failure([&] {
      const auto known = unreachable.find(server);
      if (known != unreachable.end()) throw Error(ErrorKind::connection, known->second);
      std::ranges::move(marked_on(platform.server(server, row.text(3)), server), std::back_inserter(marked));
    });
    if (failure) {
      findings.push_back({.tenant = "",
                          .check = "server",
                          .detail = "server " + server + " cannot be examined for orphans: " + failure->what()});
    }
  }
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(platform.settings().storage_root, error)) {
    if (entry.path() == archive_folder(platform)) continue;
    marked.push_back(
        {.id = entry.path().filename().string(), .what = "there is the storage " + entry.path().string(), .name = ""});
  }
  // Read last: another run inserts its registry row before it creates anything.
  const auto known = tenants_by_id(platform, {});
  const auto deleted = tenants_by_id(platform, {.conditions = {is_one_of("status", {"deleted"})}});
  for (const Marked& one : marked) {
    const std::string words = orphan_words(one, known, deleted);
    if (!words.empty()) findings.push_back({.tenant = "", .check = "orphan", .detail = one.what + words});
  }
  return findings;
}

std::vector<Finding> find_platform_leftovers(Platform& platform, const UnreachableServers& unreachable) {
  std::vector<Finding> findings;
  for (const Leftover& one : old_templates_and_files(platform, unreachable)) {
    findings.push_back({.tenant = "",
                        .check = std::string(to_string(one.kind)),
                        .detail = one.name + ": " + one.detail + "; 'acctl tenant purge' removes it",
                        .leftover = true});
  }
  return findings;
}

}  // namespace acctl
