#include "provisioning/model/state.hpp"

#include <charconv>

namespace acctl {

Place parse_place(const std::string& source) {
  const std::size_t colon = source.rfind(':');
  if (colon == std::string::npos) return {};
  Place place{source.substr(0, colon), 0, 0};
  std::from_chars(source.data() + colon + 1, source.data() + source.size(), place.line);
  return place;
}

const Objects& all_of_kind(const State& state, std::string_view kind) {
  static const Objects none;
  const auto found = state.find(std::string(kind));
  return found == state.end() ? none : found->second;
}

std::vector<std::string> object_keys(const State& state, std::string_view kind) {
  std::vector<std::string> keys;
  for (const auto& [key, object] : all_of_kind(state, kind)) keys.push_back(key);
  return keys;
}

std::string find_field_text(const Object& object, std::string_view field) {
  const nlohmann::json* value = object.fields.get(field);
  return value == nullptr || !value->is_string() ? "" : value->get<std::string>();
}

}  // namespace acctl
