#include "provisioning/plan/enterprise_rule.hpp"

#include <algorithm>
#include <set>

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

bool is_enterprise_role(const State& state, const std::string& role) {
  const Object* object = find_object(state, "roles", role);
  return object != nullptr && object->fields.contains("scope") && object->fields.at("scope") == "enterprise";
}

// "ana@acme.example/viewer" for each assignment that an enterprise's grant made.
std::set<std::string> linked_assignments(Connection& tenant) {
  const Rows rows = tenant.query(sql::enterprise_holdings);
  std::set<std::string> all;
  for (int row = 0; row < rows.size(); ++row) {
    all.insert(edge_key(std::string(rows.text(row, 0)), std::string(rows.text(row, 1))));
  }
  return all;
}

Error handed_out(const std::string& enterprise, const std::string& email, const std::string& role) {
  const std::string key = enterprise.empty() ? "ENTERPRISE" : enterprise;
  return {ErrorKind::refused,
          "refused: role " + role + " reaches the entire enterprise and is not granted in one tenant",
          "Grant it with 'acctl enterprise grant " + key + " " + email + " " + role + "'."};
}

Error taken_away(const std::string& enterprise, const std::string& email, const std::string& role) {
  return {ErrorKind::refused,
          "refused: " + email + " holds role " + role + " in the entire enterprise " + enterprise +
              ", and it is not changed in one tenant",
          "Take it back with 'acctl enterprise revoke " + enterprise + " " + email + " " + role + "'."};
}

}  // namespace

std::optional<Error> enterprise_refusal(Connection& tenant, const std::string& enterprise, const State& before,
                                        const State& after, const std::vector<Change>& changes, bool leavers_go) {
  const Renames renames = renames_of(changes);
  std::set<std::string> leaving;
  for (const Change& change : changes) {
    if (leavers_go && change.kind == "users" && change.action == Action::remove) leaving.insert(change.key);
  }
  std::optional<std::set<std::string>> linked;
  for (const Change& change : changes) {
    if (change.kind != "user_roles") continue;
    const auto [email, role] = split_edge(*find_edge_kind("user_roles"), change.key);
    if (change.action == Action::add) {
      if (is_enterprise_role(after, role)) return handed_out(enterprise, email, role);
      continue;
    }
    if (enterprise.empty() || leaving.contains(email)) continue;
    if (!linked) linked = linked_assignments(tenant);
    const std::string then = edge_key(key_before(renames, "users", email), key_before(renames, "roles", role));
    const bool held = linked->contains(then) || linked->contains(change.key);
    if (held || is_enterprise_role(before, role)) return taken_away(enterprise, email, role);
  }
  return std::nullopt;
}

}  // namespace acctl
