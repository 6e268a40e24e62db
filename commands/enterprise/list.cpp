#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/enterprise/enterprise.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise_people.hpp"

namespace acctl {

namespace {

void show_enterprises(Session& session, const NoOptions&) {
  Platform platform = open_platform(session);
  RecordWriter out = session.records(Shape::many, {"KEY", "NAME", "TENANTS"});
  const std::string user = acting_user(session.settings().as);
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    const bool seen = user.empty() || enterprise_rights(platform, enterprise.key, user) != EnterpriseRights::none;
    if (seen) out.add({{"key", enterprise.key}, {"name", enterprise.name}, {"tenants", enterprise.tenants}});
  }
  out.finish();
  if (out.empty()) session.terminal().info("there are no enterprises");
}

}  // namespace

Command enterprise_list_command() {
  return command("list", "list enterprises", show_enterprises)
      .describe("Lists the enterprises with the number of their tenants.")
      .example("acctl enterprise list", "All enterprises.")
      .trail(Trail::nothing);
}

}  // namespace acctl
