#include "provisioning/plan/pack_state.hpp"

#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

State state_of_pack(const std::string& name) {
  const Pack& pack = require_pack(name);
  return declared_state(
      read_definitions({{"pack " + name, std::string(pack.yaml)}}, {.references = References::closed}));
}

}  // namespace acctl
