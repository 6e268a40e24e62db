#include "commands/user/offboard_enterprises.hpp"

#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

EndingGrants find_ending_grants(Terminal& terminal, Platform& platform, const std::set<std::string>& people) {
  EndingGrants ending;
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    std::vector<EnterpriseGrant> held = enterprise_grants(platform, enterprise.key);
    std::erase_if(held, [&](const EnterpriseGrant& grant) { return !people.contains(grant.person); });
    if (held.empty()) continue;
    ending.enterprises.push_back(enterprise.key);
    const auto refusal = last_admin_refusal(read_standing(platform, enterprise.key), {.revoked = person_grants(held)});
    if (refusal) throw Error(*refusal);
    for (const EnterpriseGrant& grant : held) {
      ending.records.push_back({{"enterprise", enterprise.key}, {"email", grant.email}, {"role", grant.role}});
      terminal.info("enterprise " + enterprise.key + ": the grant of role " + grant.role + " ends");
    }
  }
  return ending;
}

}  // namespace acctl
