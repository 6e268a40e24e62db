// Formats a definitions file canonically and keeps its comments, as fmt does.
#pragma once

#include <string>
#include <string_view>

namespace acctl {

// Top-level keys and fields in the order of the table of kinds, objects and lists of keys sorted, block style with two
// spaces; comments stay with the entry that they precede or follow, `|` and `>` keep their lines. The result means the
// same, which is checked, and its own layout is itself. Throws Error(invalid) for what is not YAML or not a
// mapping, Error(failed) if the meaning would not be kept; `name` is for messages.
std::string canonical_layout(std::string_view text, const std::string& name);

}  // namespace acctl
