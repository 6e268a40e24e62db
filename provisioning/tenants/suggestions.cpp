#include "provisioning/tenants/suggestions.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "provisioning/database/read.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/tenants/suggestions.sql.hpp"

namespace acctl {

namespace {

constexpr std::int64_t most_candidates = 10'000;

std::vector<Suggestion> query_values(Connection& connection, const char* sql, const std::string& prefix,
                                     const std::optional<std::string>& of) {
  std::vector<Param> parameters = {prefix, most_candidates};
  if (of) parameters.emplace_back(*of);
  return read_records<Suggestion>(connection.query(sql, parameters));
}

}  // namespace

std::vector<Suggestion> suggest(Platform& platform, PlatformValues values, const std::string& prefix,
                                const std::optional<std::string>& of) {
  static const std::map<PlatformValues, const char*> statements = {
      {PlatformValues::tenants, sql::suggest_tenants},
      {PlatformValues::archived_tenants, sql::suggest_archived_tenants},
      {PlatformValues::archive_numbers, sql::suggest_archive_numbers},
      {PlatformValues::enterprises, sql::suggest_enterprises},
      {PlatformValues::enterprise_people, sql::suggest_enterprise_people},
      {PlatformValues::enterprise_key_owners, sql::suggest_enterprise_key_owners},
      {PlatformValues::enterprise_key_names, sql::suggest_enterprise_key_names},
      {PlatformValues::servers, sql::suggest_servers},
      {PlatformValues::regions, sql::suggest_regions},
      {PlatformValues::plans, sql::suggest_plans},
      {PlatformValues::features, sql::suggest_features},
      {PlatformValues::overrides, sql::suggest_overrides},
      {PlatformValues::labels, sql::suggest_labels}};
  return query_values(platform.control(), statements.at(values), prefix, of);
}

std::vector<Suggestion> suggest(TenantSession& tenant, TenantValues values, const std::string& prefix,
                                const std::optional<std::string>& of) {
  static const std::map<TenantValues, const char*> statements = {{TenantValues::users, sql::suggest_users},
                                                                 {TenantValues::runs, sql::suggest_runs},
                                                                 {TenantValues::key_owners, sql::suggest_key_owners},
                                                                 {TenantValues::key_names, sql::suggest_key_names}};
  return query_values(tenant, statements.at(values), prefix, of);
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
