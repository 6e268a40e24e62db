#include "provisioning/tenants/enterprise_keys.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/tenants/enterprise_keys.sql.hpp"

namespace acctl {

namespace {

// "" is null.
nlohmann::json filled(const std::string& text) { return text.empty() ? nlohmann::json() : nlohmann::json(text); }

std::string to_records_json(const std::vector<EnterpriseKey>& keys) {
  nlohmann::json all = nlohmann::json::array();
  for (const EnterpriseKey& key : keys) {
    all.push_back({{"id", key.id},
                   {"name", key.name},
                   {"prefix", key.prefix},
                   {"hash", key.hash},
                   {"role", filled(key.role)},
                   {"permissions", key.permissions.empty() ? nlohmann::json() : nlohmann::json::parse(key.permissions)},
                   {"expires_at", filled(key.expires_at)}});
  }
  return all.dump();
}

}  // namespace

SettledKeys settle_enterprise_keys(Connection& tenant, const std::vector<EnterpriseKey>& keys) {
  TextArray ids, hashes;
  for (const EnterpriseKey& key : keys) {
    ids.add(key.id);
    hashes.add(key.hash);
  }
  SettledKeys settled;
  // Ended first: another key may have the name.
  settled.ended = tenant.query(sql::end_enterprise_keys_of_tenant, {ids, hashes}).texts();
  if (!keys.empty()) settled.made = tenant.query(sql::make_enterprise_keys_of_tenant, {to_records_json(keys)}).texts();
  return settled;
}

SettledKeys settle_keys_of_tenant(const Platform& platform, const Tenant& tenant,
                                  const std::vector<EnterpriseKey>& keys, const RunRecord& record, Ending ending) {
  TenantSession database = enter(platform, tenant, Access::write);
  return settle_keys_of_tenant(platform, tenant, database, keys, record, ending);
}

SettledKeys settle_keys_of_tenant(const Platform& platform, const Tenant& tenant, TenantSession& database,
                                  const std::vector<EnterpriseKey>& keys, const RunRecord& record, Ending ending) {
  SettledKeys settled;
  const auto work = [&](Transaction& transaction) {
    settled = settle_enterprise_keys(database, keys);
    std::vector<Change> changes;
    for (const std::string& name : settled.ended) {
      changes.push_back({.action = Action::remove, .kind = "api_keys", .key = "enterprise/" + name});
    }
    for (const std::string& name : settled.made) {
      changes.push_back({.action = Action::add, .kind = "api_keys", .key = "enterprise/" + name});
    }
    // A run that has changed grants here, too, is in the ledger already.
    if (!changes.empty() && !is_recorded(database, record.run)) record_run(transaction, record, {&changes});
    return !changes.empty();
  };
  exclusive_transaction(make_exclusive_run(platform, tenant, database, record, ending), work);
  return settled;
}

}  // namespace acctl
