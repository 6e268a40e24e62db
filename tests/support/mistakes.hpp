// The tables of wrong files, tests/golden/mistakes: what is wrong with each, and what of it an editor cannot know.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/error.hpp"

namespace acctl::test {

struct MistakenFile {
  std::string name;
  std::string text;
  std::string problems;         // "line:column: message" of each, one a line; "" for a file without a mistake
  bool needs_no_schema = true;  // no problem is left to editors: there is none, or all are beyond a schema
};

// Of a kind of files, as 'acctl schema' names it. tests/outside/mistakes.mjs reads them as well.
std::vector<MistakenFile> mistaken_files(std::string_view kind);

// "line:column: message" of each, one a line.
std::string shown(const std::vector<Diagnostic>& problems);

// Each file has its problems, as `find` finds them. What is YAML at all has the same verdict of the schema: files
// without a mistake are taken, and those whose mistakes an editor can know are refused.
void check_mistakes(std::string_view kind, const nlohmann::ordered_json& schema,
                    std::string (*find)(const std::string& text));

}  // namespace acctl::test
