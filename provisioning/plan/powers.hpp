// The powers of a user, which --as compares: nobody may hand more to others than they have. Pure.
#pragma once

#include <string>

#include "provisioning/model/state.hpp"
#include "provisioning/plan/effects.hpp"

namespace acctl {

struct Powers {
  Holdings holdings;
  // Account admins create and change roles: they hold everything, or roles.manage, through a system role. A custom
  // role gives that right to nobody, whatever it was cloned from.
  bool makes_roles = false;
  bool enterprise = false;  // through a role whose scope is the entire enterprise
};

// What counts for a user, active or not.
Powers powers_of_user(const State& state, const std::string& email);

// What a user is given, with or without the CRM access that crm.* takes. `until`: only what lasts at least as long;
// "" for what has no end.
Powers powers_given(const State& state, const std::string& email);
Powers powers_given(const State& state, const std::string& email, const std::string& until);

Powers powers_of_role(const State& state, const std::string& role);
Powers powers_of_template(const State& state, const std::string& role_template);

// A permission at a level, "" for the widest that it has.
Powers at_level(const State& state, const std::string& permission, const std::string& level);

// What `powers` has first beyond `others`: "tickets.delete:global", "everything" …; "" for nothing.
std::string find_surplus(const Powers& powers, const Powers& others);

// Always so for admins.
bool has_crm_access(const State& state, const std::string& email);

}  // namespace acctl
