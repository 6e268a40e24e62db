#include "commands/enterprise/rights.hpp"

#include "provisioning/access/impersonation.hpp"

namespace acctl {

namespace {

constexpr std::string_view as_hint = "With --as, acctl does what this user could do in the application, and no more.";

}  // namespace

EnterpriseRights require_enterprise_sight(const Session& session, Platform& platform, const std::string& key) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty()) return EnterpriseRights::everything;
  const EnterpriseRights rights = enterprise_rights(platform, key, user);
  if (rights != EnterpriseRights::none) return rights;
  throw Error(ErrorKind::refused,
              "refused: " + user + " is not an active admin of enterprise " + key + " or of one of its tenants",
              std::string(as_hint));
}

void require_enterprise_admin(const Session& session, Platform& platform, const std::string& key) {
  if (require_enterprise_sight(session, platform, key) == EnterpriseRights::everything) return;
  throw Error(ErrorKind::refused,
              "refused: " + acting_user(session.settings().as) + " is not an active enterprise admin of " + key,
              std::string(as_hint));
}

}  // namespace acctl
