// Reads what one person may do, and why, from the tenant's database in one round trip, by the views that the
// application uses.
#pragma once

#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

// A permission as people write it: "tickets.view", or "tickets.view:group" for at least that level.
struct AskedPermission {
  std::string permission;
  std::string level;  // "" for any
};
// Throws Error(invalid) if it is not valid.
AskedPermission parse_asked(const std::string& word);

struct Verdict {
  bool allowed = false;
  std::string level;   // at which it is held, "" if it has no levels or is not held
  std::string status;  // of the user
  bool held = false;   // at whatever level
  bool crm_access = false;
};

// Throws Error(invalid) if user or permission do not exist, with what was probably meant.
Verdict verdict_on(Connection& tenant, const std::string& email, const AskedPermission& asked);

struct EffectivePermission {
  std::string permission;
  std::string level;             // "" for none
  std::vector<std::string> via;  // "direct", "role:agent", "template:manager"
};
std::vector<EffectivePermission> permissions_of_user(Connection& tenant, const std::string& email);

// One edge of a way, and what is known of how it came about.
struct WayStep {
  std::string kind;  // user_roles, role_permissions, users (their role template) …
  std::string key;
  std::string since;    // RFC 3339, UTC; of a user's template the user's own
  bool seeded = false;  // there since the tenant is
  // The newest run that made it what it is; "" if the ledger has none.
  std::string run, at, command, actor, reason, commit;
};

struct Way {
  std::string via;
  std::string permission;  // the one asked for, or "*"
  std::string level;
  std::string until;  // "" for ever
  bool ended = false;
  std::vector<WayStep> steps;
};

struct Giver {
  std::string via;  // "role:agent", "template:manager"
  std::string level;
};

struct Reasons {
  Verdict verdict;
  std::vector<Way> ways;
  std::vector<Giver> givers;
};
Reasons reasons_for(Connection& tenant, const std::string& email, const AskedPermission& asked);

// Why not: sentences with the next step; none if it is allowed. Pure.
std::vector<std::string> objections(const Reasons& reasons, const std::string& email, const AskedPermission& asked);

}  // namespace acctl
