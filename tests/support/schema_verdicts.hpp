// Documents judged by a JSON Schema, as an editor does it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace acctl::test {

// What the schema says of each document, YAML: "" where it is valid, else the first complaint.
std::vector<std::string> schema_verdicts(const nlohmann::ordered_json& schema,
                                         const std::vector<std::string>& documents);

}  // namespace acctl::test
