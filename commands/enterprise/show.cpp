#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/enterprise/rights.hpp"
#include "commands/enterprise/tenants.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ShowEnterprise {
  std::string key;
};

void run(Session& session, const ShowEnterprise& options) {
  const std::string& key = options.key;
  Platform platform = open_platform(session);
  const bool all = require_enterprise_sight(session, platform, key) == EnterpriseRights::everything;
  const Enterprise enterprise = require_enterprise(platform, key);
  Json record = {{"key", enterprise.key},
                 {"name", enterprise.name},
                 {"founder", or_null(read_founder(platform, key))},
                 {"tenants", Json::array()},
                 {"grants", Json::array()}};
  for (const Tenant& tenant : list_members(platform, key)) {
    if (session.wants_values()) {
      record["tenants"].push_back({{"slug", tenant.slug}, {"status", all ? Json(tenant.status) : Json()}});
    } else {
      record["tenants"].push_back(tenant.slug + (!all || tenant.status == "active" ? "" : " (" + tenant.status + ")"));
    }
  }
  for (const EnterpriseGrant& grant : enterprise_grants(platform, key)) {
    if (session.wants_values()) {
      record["grants"].push_back({{"email", grant.email},
                                  {"role", grant.role},
                                  {"granted_by", all ? Json(grant.granted_by) : Json()},
                                  {"granted_at", all ? Json(grant.granted_at) : Json()}});
    } else {
      record["grants"].push_back(grant.email + " " + grant.role);
    }
  }
  session.write_record({"key", "name", "founder", "tenants", "grants"}, record);
}

}  // namespace

Command enterprise_show_command() {
  return command<ShowEnterprise>("show", "show an enterprise, its tenants and its grants", run)
      .describe(R"(
Shows the tenants of an enterprise, its founder (the administrator of its first tenant) and the roles that are granted
in all of its tenants, including those added later.)")
      .argument("KEY", "key of the enterprise", &ShowEnterprise::key)
      .values(Values::enterprises)
      .example("acctl enterprise show umbrella", "Founder, tenants and grants.")
      .trail(Trail::nothing);
}

}  // namespace acctl
