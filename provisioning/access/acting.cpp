#include "provisioning/access/acting.hpp"

#include "provisioning/access/people.hpp"
#include "queries.hpp"

namespace acctl {

std::string acting_user(const std::string& as) {
  if (as.empty()) return as;
  return emails_of({as}).front();
}

void require_right(Connection& tenant, const std::string& as, Right right, const std::string& what) {
  const std::string user = acting_user(as);
  if (user.empty()) return;
  std::string keys;
  TextArray wanted;
  for (const std::string_view key : keys_of(right)) {
    wanted.add(key);
    keys += (keys.empty() ? "" : " or ") + std::string(key);
  }
  wanted.add("*");
  const Rows rows = tenant.query(sql::rights_of_user, {user, wanted.literal()});
  const std::string hint = "With --as, acctl does what this user could do in the application, and no more.";
  if (rows.empty()) throw Error(ErrorKind::refused, "refused: " + user + " is no user of the tenant", hint);
  if (rows.text(0, 0) != "active") {
    throw Error(ErrorKind::refused, "refused: " + user + " is " + std::string(rows.text(0, 0)) + ", not active", hint);
  }
  if (rows.boolean(0, 1)) return;
  throw Error(ErrorKind::refused,
              "refused: " + user + " may not " + what + ": it takes " + (keys.empty() ? "an admin" : keys), hint);
}

void require_sight(Connection& tenant, const std::string& as) {
  require_right(tenant, as, Right::see_people, "see users, roles and permissions");
}

}  // namespace acctl
