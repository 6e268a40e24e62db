#include "provisioning/plan/pack_state.hpp"

#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

State state_of_pack(const std::string& name) { return declared_state(read_pack(require_pack(name))); }

}  // namespace acctl
