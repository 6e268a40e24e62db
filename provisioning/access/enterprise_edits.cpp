#include "provisioning/access/enterprise_edits.hpp"

#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/people.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

bool has_user(const State& state, const std::string& email) {
  const auto users = state.find("users");
  return users != state.end() && users->second.contains(email);
}

}  // namespace

Scope scope_of_grants(const Grants& grants) {
  Scope scope{.kinds = {"roles"}, .manager = {}, .users = {}};
  for (const auto& [email, role] : grants) scope.users.insert(email);
  return scope;
}

void give_grants(State& state, const Grants& grants) {
  std::vector<std::string> present;
  for (const auto& [email, role] : grants) {
    require_object(state, "roles", role);
    if (has_user(state, email)) present.push_back(email);
  }
  require_usable_users(state, present, [](const std::string&) { return std::vector<std::string>(); });
  for (const auto& [email, role] : grants) {
    if (!has_user(state, email)) {
      create_object(state, {.kind = "users", .key = email, .fields = {}, .permissions = {}});
      state["users"][email].status = "invited";
    }
    // What was granted for a time is for good by the enterprise.
    state["user_roles"][edge_key(email, role)].fields.erase("until");
  }
}

void take_grants(State& state, const Grants& grants) {
  for (const auto& [email, role] : grants) state["user_roles"].erase(edge_key(email, role));
}

}  // namespace acctl
