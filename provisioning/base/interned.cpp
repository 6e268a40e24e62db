#include "provisioning/base/interned.hpp"

#include <functional>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

namespace acctl {

namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

const std::string no_text;

}  // namespace

Interned::Interned() : text_(&no_text) {}

const std::string* Interned::find_copy(std::string_view text) {
  if (text.empty()) return &no_text;
  // The workers of a fleet make texts at the same time. Elements of a set stay where they are. Never destroyed: other
  // static values refer to them.
  static std::shared_mutex& mutex = *new std::shared_mutex;
  static auto& copies = *new std::unordered_set<std::string, TextHash, std::equal_to<>>;
  {
    const std::shared_lock lock(mutex);
    if (const auto known = copies.find(text); known != copies.end()) return &*known;
  }
  const std::unique_lock lock(mutex);
  return &*copies.emplace(text).first;
}

}  // namespace acctl
