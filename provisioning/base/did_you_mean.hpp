// "Did you mean": what a mistyped word probably was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// "; did you mean 'X'?" with the candidate nearest to `word`, "" when none is near enough.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

// Whether `word` is `candidate` but for one slip of the keys, or two if it is long: near enough to refuse a word that
// would be taken otherwise.
bool is_slip_of(std::string_view word, std::string_view candidate);

}  // namespace acctl
