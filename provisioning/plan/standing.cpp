#include "provisioning/plan/standing.hpp"

#include "provisioning/base/error.hpp"
#include "provisioning/plan/standing.sql.hpp"

namespace acctl {

namespace {

Rows read_rights(Connection& tenant, const std::string& user, const std::vector<std::string_view>& keys) {
  TextArray wanted;
  for (const std::string_view key : keys) wanted.add(key);
  wanted.add("*");
  return tenant.query(sql::rights_of_user, {user, wanted});
}

}  // namespace

void require_one_of(Connection& tenant, const std::string& user, const std::vector<std::string_view>& keys,
                    const std::string& what) {
  const Rows rows = read_rights(tenant, user, keys);
  const auto refuse = [](const std::string& why) {
    throw Error(ErrorKind::refused, "refused: " + why, std::string(hint_of_rights));
  };
  if (rows.empty()) refuse(user + " is not a user of the tenant");
  if (rows.text(0, 0) != "active") refuse(user + " is " + std::string(rows.text(0, 0)) + ", not active");
  if (rows.boolean(0, 1)) return;
  std::string any;
  for (const std::string_view key : keys) any += (any.empty() ? "" : " or ") + std::string(key);
  if (!rows.is_null(0, 2))
    any += " at level global, and " + user + " has " + std::string(rows.text(0, 2)) + " at a narrower one";
  refuse(user + " may not " + what + ": this requires " + (any.empty() ? "an admin" : any));
}

bool holds_one_of(Connection& tenant, const std::string& user, const std::vector<std::string_view>& keys) {
  const Rows rows = read_rights(tenant, user, keys);
  return !rows.empty() && rows.text(0, 0) == "active" && rows.boolean(0, 1);
}

}  // namespace acctl
