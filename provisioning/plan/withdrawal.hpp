// Takes what an undone run had changed out of what its manager declares. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "provisioning/model/change.hpp"

namespace acctl {

// `declared`, the record of what a manager declared last (to_json() of Definitions), without what `undone`, the changes
// of one of its runs, had made of the tenant: it speaks of the state before that run as far as the run concerned it.
nlohmann::json without_undone(nlohmann::json declared, const std::vector<Change>& undone);

}  // namespace acctl
