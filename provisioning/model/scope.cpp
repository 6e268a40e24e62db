#include "provisioning/model/scope.hpp"

#include "provisioning/model/kinds.hpp"

namespace acctl {

Scope configuration_scope() {
  Scope scope;
  for (const Kind& kind : kinds()) {
    if (!kind.is_person()) scope.kinds.emplace(kind.name);
  }
  return scope;
}

}  // namespace acctl
