// The definitions format as JSON Schema (draft 2020-12): what editors complete and check while a file is written.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace acctl {

// Made from the tables of kinds and keys; equal for equal versions of acctl. It takes what the reader takes and refuses
// what it refuses, but for what only all files together, or a tenant, can tell.
nlohmann::ordered_json definitions_schema();

}  // namespace acctl
