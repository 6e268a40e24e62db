// The JSON Schemas of the files beside definitions: tenants, platform, config. For editors; the readers of these files
// judge themselves, and tests/golden/mistakes holds both to the same.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace acctl {

nlohmann::ordered_json tenants_schema();   // of 'acctl tenant create --file'
nlohmann::ordered_json platform_schema();  // of 'acctl platform apply'
nlohmann::ordered_json config_schema();    // of config.yaml

}  // namespace acctl
