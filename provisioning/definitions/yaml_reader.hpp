// Reads YAML for yaml.cpp, from the events of yaml-cpp.
#pragma once

#include "provisioning/definitions/yaml_text.hpp"

namespace acctl::yaml {

// The node of a text whose characters are checked. Throws Problem if it cannot continue, and adds other
// problems to `slips`.
YamlNode read(std::string_view text, std::vector<Problem>& slips);

}  // namespace acctl::yaml
