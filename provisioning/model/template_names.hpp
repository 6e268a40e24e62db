// How files name a template of a pack: "pack:escalate-overdue".
#pragma once

#include <string>
#include <string_view>

namespace acctl {

inline constexpr std::string_view template_prefix = "pack:";

// Whether `clone` names a template of the tenant's pack, and not an object of the tenant.
inline bool names_template(std::string_view clone) { return clone.starts_with(template_prefix); }

// The key of the template that it names.
inline std::string template_key(std::string_view clone) { return std::string(clone.substr(template_prefix.size())); }

}  // namespace acctl
