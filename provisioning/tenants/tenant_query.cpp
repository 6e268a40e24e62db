#include "provisioning/tenants/tenant_query.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/tenants/tenant_query.sql.hpp"

namespace acctl {

namespace {

Tenant to_target(const Rows& rows, int row) {
  const auto text = [&](int column) { return std::string(rows.text(row, column)); };
  Tenant tenant;
  tenant.id = text(0);
  tenant.slug = text(1);
  tenant.status = text(2);
  tenant.plan = text(3);
  tenant.server = text(4);
  tenant.server_dsn = text(5);
  tenant.region = text(6);
  tenant.database = text(7);
  tenant.schema_version = rows.integer(row, 8);
  tenant.labels = nlohmann::json::parse(rows.text(row, 9));
  tenant.enterprise = rows.optional(row, 10);
  tenant.epoch = rows.integer(row, 11);
  tenant.ledger_id = rows.optional_integer(row, 12);
  tenant.ledger_run = text(13);
  return tenant;
}

}  // namespace

Statement targets_of(const std::vector<std::string>& slugs) {
  return {sql::target_list, {slugs.empty() ? Param(std::nullopt) : Param(text_array(slugs))}};
}

std::vector<Tenant> list_targets(Platform& platform, const TenantFilter& filter) {
  const Rows rows = platform.ask(targets_of(filter.slugs));
  std::vector<Tenant> tenants;
  for (int row = 0; row < rows.size(); ++row) {
    Tenant tenant = to_target(rows, row);
    if (matches(filter, tenant)) tenants.push_back(std::move(tenant));
  }
  std::ranges::sort(tenants, {}, &Tenant::slug);
  return tenants;
}

void add_features(Platform& platform, std::vector<Tenant>& tenants) {
  const Rows rows = platform.control().query(sql::plan_features);
  std::map<std::string_view, std::set<std::string>> features;
  for (int row = 0; row < rows.size(); ++row) features[rows.text(row, 0)].emplace(rows.text(row, 1));
  for (Tenant& tenant : tenants) tenant.features = features[tenant.plan];
}

}  // namespace acctl
