// What automations, views and other documents name of that which a plan removes; for provisioning/plan only.
#pragma once

#include "provisioning/plan/assessment.hpp"

namespace acctl {

// Throws Error(conflict) where a document names what is removed. A document holds no person who leaves, so those that
// name one are a remark of the plan. They were not read with the edit: false if the tenant has changed since.
bool check_naming_documents(Assessment& plan);

}  // namespace acctl
