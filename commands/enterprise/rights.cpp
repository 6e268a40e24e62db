#include "commands/enterprise/rights.hpp"

#include "commands/enterprise/tenants.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/platform/enterprises.hpp"

namespace acctl {

namespace {

constexpr std::string_view as_hint = "With --as, acctl does what this user could do in the application, and no more.";

}  // namespace

EnterpriseRights require_enterprise_sight(const Session& session, Platform& platform, const std::string& key) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty()) {
    require_enterprise(platform, key);
    return EnterpriseRights::everything;
  }
  // Of one that does not exist nobody has any: whether it does is not told.
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

void require_own_admin_after(const Session& session, Platform& platform, const std::string& key,
                             const EnterpriseLoss& loss) {
  const std::string user = acting_user(session.settings().as);
  if (user.empty()) return;
  if (const auto refusal = own_exit_refusal(read_standing(platform, key), loss, user)) throw Error(*refusal);
}

Error not_administered(const Session& session, const std::string& slug) {
  return {ErrorKind::refused,
          "refused: " + acting_user(session.settings().as) + " is not an active admin of tenant " + slug,
          std::string(as_hint)};
}

}  // namespace acctl
