#include "provisioning/access/impersonation.hpp"

#include "provisioning/access/user_lookup.hpp"
#include "provisioning/plan/standing.hpp"

namespace acctl {

std::string acting_user(const std::string& as) {
  if (as.empty()) return as;
  return parse_emails({as}).front();
}

void require_right(Connection& tenant, const std::string& as, Right right, const std::string& what) {
  const std::string user = acting_user(as);
  if (!user.empty()) require_one_of(tenant, user, find_right_keys(right), what);
}

void require_sight(Connection& tenant, const std::string& as) {
  require_right(tenant, as, Right::see_people, std::string(seeing_people));
}

}  // namespace acctl
