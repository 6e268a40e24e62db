#include "commands/shared/subject.hpp"

#include "commands/shared/connect_platform.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

AccessSubject open_subject(Session& session, const std::string& email) {
  std::string normal = parse_emails({email}).front();
  Platform platform = begin_platform(session);
  const std::vector<std::string>& named = session.settings().tenants;
  EarlySession early;
  if (named.size() == 1) {
    check_slug(named.front());
    early = EarlySession(platform, named.front());  // the server begins it while the platform is opened
  }
  platform.open(make_target_statement(read_tenant_filter(session)));
  std::vector<Tenant> tenants = selected_tenants(session, platform, {}, {}, Unnamed::refused, Reach::suspended_too);
  require_single(tenants, "this command");
  Tenant& tenant = tenants.front();
  if (!is_reached(tenant, Reach::suspended_too)) throw not_active(tenant);
  tell_left_out(session, tenants, Reach::suspended_too);
  auto claimed = early.claim(tenant);
  TenantSession database = claimed ? *std::move(claimed->session) : enter(platform, tenant);
  require_sight(database, session.settings().as);
  return {std::move(platform), std::move(tenant), std::move(database), std::move(normal)};
}

}  // namespace acctl
