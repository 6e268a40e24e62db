// Says what cannot be removed, and what needs it. Pure.
#pragma once

#include <map>
#include <set>
#include <string>

namespace acctl {

// Addresses of objects, each with those of the objects that need it: "statuses/a" -> "automations/x".
using NeededBy = std::map<std::string, std::set<std::string>>;

// "statuses/a cannot be removed: automations/x needs it; statuses/b cannot be removed: automations/x, forms/y need it"
std::string describe_needed(const NeededBy& needed);

// The same of what people and keys hold: "roles/a cannot be removed: it is held by users/x@y.example".
std::string describe_held(const NeededBy& held);

}  // namespace acctl
