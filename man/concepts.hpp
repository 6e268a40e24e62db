// The hand-written part of acctl(1): what belongs to no command. Sections of mdoc(7).
#pragma once

#include <string_view>

namespace acctl {

// Between the options and the environment.
extern const std::string_view concept_sections;

// The format of the configuration file, for the section FILES.
extern const std::string_view configuration_format;

// What acctl does not do, and when it is wrong to rely on it.
extern const std::string_view caveat_section;

}  // namespace acctl
