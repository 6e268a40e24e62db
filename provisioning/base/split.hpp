// Splits text at a character.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace acctl {

// Takes off `text` what stands before the first separator, and the separator.
inline std::string_view take_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// "a,b" -> "a", "b"; a separator at the end is followed by nothing.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) parts.push_back(take_part(text, separator));
  return parts;
}

}  // namespace acctl
