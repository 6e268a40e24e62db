#include "provisioning/base/did_you_mean.hpp"

#include <algorithm>
#include <numeric>

namespace acctl {

namespace {

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours each count one.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > 64) return {};  // the distance is quadratic, and nobody mistypes that much
  const std::string* best = nullptr;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    // An abbreviation is as near as a slip of one key: "--vers".
    const bool is_short = word.size() > 3 && candidate.starts_with(word);
    if (const std::size_t d = is_short ? 1 : distance(word, candidate); d < least) {
      least = d;
      best = &candidate;
    }
  }
  return best == nullptr ? std::string() : "; did you mean '" + *best + "'?";
}

bool is_slip_of(std::string_view word, std::string_view candidate) {
  if (word.size() > 64 || word == candidate) return false;
  return distance(word, candidate) <= (word.size() < 8 ? 1U : 2U);
}

}  // namespace acctl
