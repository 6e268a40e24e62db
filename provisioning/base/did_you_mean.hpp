// "Did you mean": what a mistyped word probably was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// "; did you mean 'X'?" with the candidate nearest to `word`, "" when none is near enough.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace acctl
