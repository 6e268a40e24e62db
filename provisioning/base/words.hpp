// Words for the values of enumerations, as tables with a row for each value.
#pragma once

#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <utility>

namespace acctl {

// The word beside `value`; `otherwise` if it has no row. Words are literals, for they outlive the table.
template <class Value>
constexpr std::string_view find_word(
    Value value, std::initializer_list<std::pair<std::type_identity_t<Value>, std::string_view>> words,
    std::string_view otherwise = "") {
  for (const auto& [one, word] : words) {
    if (one == value) return word;
  }
  return otherwise;
}

}  // namespace acctl
