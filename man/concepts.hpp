// The hand-written sections of acctl(1), in mdoc(7), describe what belongs to no single command.
#pragma once

#include <string_view>

namespace acctl {

// Between the options and the environment.
extern const std::string_view concept_sections;

// The format of the configuration file, for the section FILES.
extern const std::string_view configuration_format;

// The limitations of acctl.
extern const std::string_view caveat_section;

}  // namespace acctl
