// The keys of protections (guards.protect): what is protected, and by whom.
#pragma once

#include <string>

#include "provisioning/model/state.hpp"

namespace acctl {

// What a protection protects, as kind/key or kind/*: its key without the name of the manager that may follow it.
std::string protected_pattern(const std::string& key);

// The key under which `manager` protects `pattern` beside `others`: that of its protection if it has one, else the
// pattern alone if it is free, else the pattern with the manager's name. So each manager's protection is an object
// of its own, and one that is dropped leaves the others.
std::string protection_key(const Objects& others, const std::string& pattern, const std::string& manager);

}  // namespace acctl
