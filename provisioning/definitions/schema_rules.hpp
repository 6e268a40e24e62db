// What a JSON Schema says of the objects of a kind beyond their fields.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "provisioning/model/kinds.hpp"

namespace acctl {

// Schemas that the mapping of the kind's objects meets as well: rules between fields, placeholders of mails, and lists
// whose entries all have a sign or none.
nlohmann::ordered_json object_rules(const Kind& kind);

}  // namespace acctl
