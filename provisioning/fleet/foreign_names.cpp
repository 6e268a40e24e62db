#include "provisioning/fleet/foreign_names.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"
#include "provisioning/fleet/foreign_names.sql.hpp"

namespace acctl {

std::vector<WantedName> find_wanted_names(const std::vector<Change>& changes) {
  std::vector<WantedName> wanted;
  for (const Change& change : changes) {
    if (change.kind != "settings" || (change.key != "portal.hostname" && change.key != "support.address")) continue;
    const FieldChange* value = change.fields.get("value");
    if (value == nullptr || !value->after.is_string()) continue;
    wanted.push_back({change.key, lower_case(value->after.get<std::string>())});
  }
  return wanted;
}

void find_owners(const Platform& platform, std::vector<NameOfTenant>& names) {
  if (names.empty()) return;
  TextArray tenants;
  TextArray wanted;
  for (const NameOfTenant& one : names) {
    tenants.add(one.tenant);
    wanted.add(one.wanted.name);
  }
  for (const Row row : platform.control().query(sql::owners_of_names, {tenants, wanted})) {
    names[static_cast<std::size_t>(row.integer(0))].owner = row.text(1);
  }
}

}  // namespace acctl
