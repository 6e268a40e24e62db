// What the verbs that edit roles have to read of a tenant.
#pragma once

#include "provisioning/model/scope.hpp"

namespace acctl {

inline Scope role_scope() { return {.kinds = {"permissions", "roles"}, .manager = {}, .users = {}}; }

}  // namespace acctl
