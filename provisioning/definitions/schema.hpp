// Writes the definitions format as JSON Schema (draft 2020-12), with which editors complete and check files.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace acctl {

// Made from the tables of kinds and keys; the same for the same version of acctl. It accepts what the reader accepts
// and refuses what it refuses, except for what depends on other objects, on all files together or on a tenant
// (tests/golden/mistakes).
nlohmann::ordered_json definitions_schema();

}  // namespace acctl
