#include "provisioning/plan/powers.hpp"

#include <functional>

#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/grants.hpp"

namespace acctl {

namespace {

using Counts = std::function<bool(const Object& assignment)>;

void add_role(const State& state, const std::string& role, Powers& powers) {
  const Object* object = find_object(state, "roles", role);
  if (object == nullptr) return;
  powers.enterprise |= has_value(*object, "scope", "enterprise");
  if (!has_value(*object, "system", true)) return;
  const Holdings gives = holdings_of_role(state, role);
  for (const char* permission : {"*", "roles.manage"}) {
    const auto given = gives.find(permission);
    powers.makes_roles |= given != gives.end() && level_rank(given->second.level) == 0;
  }
}

void add_roles(const State& state, const std::string& email, const Counts& counts, Powers& powers) {
  for (const std::string& role : roles_held(state, email)) {
    const Object* assignment = find_object(state, "user_roles", edge_key(email, role));
    if (!counts || counts(*assignment)) add_role(state, role, powers);
  }
}

}  // namespace

Powers powers_of_user(const State& state, const std::string& email) {
  Powers powers{.holdings = latent_holdings(state, email)};
  add_roles(state, email, nullptr, powers);
  return powers;
}

Powers powers_given(const State& state, const std::string& email) {
  Powers powers{.holdings = grants_of_user(state, email)};
  add_roles(state, email, nullptr, powers);
  return powers;
}

Powers powers_given(const State& state, const std::string& email, const std::string& until) {
  const Counts counts = [&](const Object& assignment) {
    const auto ends = assignment.fields.find("until");
    // RFC 3339 in UTC sorts as text.
    return ends == assignment.fields.end() || (!until.empty() && ends->second.get<std::string>() >= until);
  };
  Powers powers{.holdings = grants_of_user(state, email, counts)};
  add_roles(state, email, counts, powers);
  return powers;
}

Powers powers_of_role(const State& state, const std::string& role) {
  Powers powers{.holdings = holdings_of_role(state, role)};
  add_role(state, role, powers);
  return powers;
}

Powers powers_of_template(const State& state, const std::string& role_template) {
  return {.holdings = holdings_of_template(state, role_template)};
}

Powers at_level(const State& state, const std::string& permission, const std::string& level) {
  return {.holdings = {{permission, {.level = level.empty() ? widest_level(state, permission) : level, .via = {}}}}};
}

std::string find_surplus(const Powers& powers, const Powers& others) {
  if (powers.enterprise && !others.enterprise) return "a role of the entire enterprise";
  if (!others.holdings.contains("*")) {
    if (powers.holdings.contains("*")) return "everything";
    for (const auto& [permission, holding] : powers.holdings) {
      const auto held = others.holdings.find(permission);
      if (held != others.holdings.end() && level_rank(held->second.level) <= level_rank(holding.level)) continue;
      return holding.level.empty() ? permission : permission + ":" + holding.level;
    }
  }
  return powers.makes_roles && !others.makes_roles ? "the right to create roles" : "";
}

bool has_crm_access(const State& state, const std::string& email) {
  const Object* user = find_object(state, "users", email);
  return user != nullptr && (has_value(*user, "crm_access", true) || is_admin(state, email));
}

}  // namespace acctl
