#include "provisioning/plan/removal_refusal.hpp"

#include <vector>

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t most_objects = 5;
constexpr std::size_t most_needing = 5;

template <class Describe>
std::string describe_all(const NeededBy& objects, const Describe& describe) {
  std::vector<std::string> sentences;
  for (const auto& [what, others] : objects) {
    const std::vector<std::string> who(others.begin(), others.end());
    sentences.push_back(what + " cannot be removed: " + describe(enumerated(who, most_needing), who.size()));
  }
  return enumerated(sentences, most_objects, "; ");
}

}  // namespace

std::string describe_needed(const NeededBy& needed) {
  return describe_all(needed, [](const std::string& who, std::size_t count) {
    return who + " need" + (count == 1 ? "s" : "") + " it";
  });
}

std::string describe_held(const NeededBy& held) {
  return describe_all(held, [](const std::string& who, std::size_t) { return "it is held by " + who; });
}

}  // namespace acctl
