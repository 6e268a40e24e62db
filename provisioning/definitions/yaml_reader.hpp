// How yaml.cpp reads: the events of yaml-cpp.
#pragma once

#include "provisioning/definitions/yaml_text.hpp"

namespace acctl::yaml {

// The node of a text whose characters are checked. Throws Problem where it cannot go on, and adds to `slips` what else
// is wrong.
YamlNode read(std::string_view text, std::vector<Problem>& slips);

}  // namespace acctl::yaml
