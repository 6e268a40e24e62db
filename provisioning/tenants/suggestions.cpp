#include "provisioning/tenants/suggestions.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "provisioning/database/read.hpp"
#include "provisioning/tenants/suggestions.sql.hpp"

namespace acctl {

namespace {

constexpr std::int64_t most_candidates = 10'000;

// `more`: the third parameter, for a statement that has one.
std::vector<Suggestion> suggest(Connection& connection, const char* sql, const std::string& prefix,
                                const std::optional<std::string>& more = {}) {
  std::vector<Suggestion> all;
  for (const Row row : more ? connection.query(sql, {prefix, most_candidates, *more})
                            : connection.query(sql, {prefix, most_candidates})) {
    all.push_back({row.text(0), row.text(1)});
  }
  return all;
}

}  // namespace

std::vector<Suggestion> suggest_tenants(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_tenants, prefix);
}

std::vector<Suggestion> suggest_enterprises(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_enterprises, prefix);
}

std::vector<Suggestion> suggest_servers(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_servers, prefix);
}

std::vector<Suggestion> suggest_regions(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_regions, prefix);
}

std::vector<Suggestion> suggest_features(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_features, prefix);
}

std::vector<Suggestion> suggest_overrides(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_overrides, prefix);
}

std::vector<Suggestion> suggest_plans(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_plans, prefix);
}

std::vector<Suggestion> suggest_labels(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_labels, prefix);
}

std::vector<Suggestion> suggest_archived_tenants(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_archived_tenants, prefix);
}

std::vector<Suggestion> suggest_enterprise_people(Platform& platform, const std::string& enterprise,
                                                  const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_enterprise_people, prefix, enterprise);
}

std::vector<Suggestion> suggest_enterprise_key_owners(Platform& platform, const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_enterprise_key_owners, prefix);
}

std::vector<Suggestion> suggest_enterprise_key_names(Platform& platform, const std::string& enterprise,
                                                     const std::string& prefix) {
  return suggest(platform.control(), sql::suggest_enterprise_key_names, prefix, enterprise);
}

std::vector<Suggestion> suggest_key_owners(TenantSession& tenant, const std::string& prefix) {
  return suggest(tenant, sql::suggest_key_owners, prefix);
}

std::vector<Suggestion> suggest_key_names(TenantSession& tenant, const std::string& owner, const std::string& prefix) {
  return suggest(tenant, sql::suggest_key_names, prefix, owner);
}

std::vector<Suggestion> suggest_users(TenantSession& tenant, const std::string& prefix) {
  return suggest(tenant, sql::suggest_users, prefix);
}

std::vector<Suggestion> suggest_runs(TenantSession& tenant, const std::string& prefix) {
  return suggest(tenant, sql::suggest_runs, prefix, "");
}

std::vector<Suggestion> suggest_done_runs(TenantSession& tenant, const std::string& prefix) {
  return suggest(tenant, sql::suggest_runs, prefix, "done");
}

std::vector<Suggestion> suggest_objects(TenantSession& tenant, const Kind& kind) {
  const State state = read_state(tenant, {.kinds = {std::string(kind.name)}});
  std::vector<Suggestion> all;
  for (const auto& [key, object] : all_of_kind(state, kind.name)) {
    const std::string name = find_field_text(object, "name");
    all.push_back({key, name.empty() ? find_field_text(object, "description") : name});
  }
  return all;
}

}  // namespace acctl
