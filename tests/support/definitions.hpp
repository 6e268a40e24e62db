// Definitions in tests: what is wrong with a text, and what a text declares.
#pragma once

#include <string>
#include <vector>

#include "provisioning/definitions/definitions.hpp"

namespace acctl::test {

// "line:column: message" of every problem, one a line, of a file named f; "" where there is none.
std::string problems_of(const std::string& text, const ReadOptions& options = {});

// "file:line:column: message" likewise, of several files.
std::string problems_of(const std::vector<Source>& sources, const ReadOptions& options = {});

// What a text declares that refers to nothing else.
Definitions closed_definitions(const std::string& text, const std::string& name = "f");

}  // namespace acctl::test
