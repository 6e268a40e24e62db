// A definitions document: YAML checked against the table of kinds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// A test of the document: what a user or a role can and cannot do. Checked by whoever knows effective permissions.
struct AccessTest {
  std::string user;  // one of the two is set
  std::string role;
  std::vector<std::pair<std::string, std::string>> can;     // permission or pattern, level or ""
  std::vector<std::pair<std::string, std::string>> cannot;  // likewise
  Place place;
};

struct Document {
  State declared;
  std::vector<AccessTest> tests;
};

// Throws Error(invalid) with all problems at once: unknown kinds and fields, wrong types, missing required fields,
// references to nothing that the document itself declares.
Document read_document(std::string_view yaml, const std::string& file);

}  // namespace acctl
