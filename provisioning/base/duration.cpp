#include "provisioning/base/duration.hpp"

#include <charconv>
#include <map>

#include "provisioning/base/error.hpp"

namespace acctl {

std::chrono::milliseconds parse_duration(const std::string& what, const std::string& text) {
  static const std::map<std::string, std::int64_t> units = {
      {"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  constexpr std::int64_t limit = std::int64_t{10'000} * 86'400'000;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string unit(end, text.data() + text.size());
  if (text == "0") return std::chrono::milliseconds(0);
  const auto factor = units.find(unit);
  if (error != std::errc() || text.starts_with('-') || factor == units.end() || count > limit / factor->second) {
    throw Error(ErrorKind::invalid, what + ": '" + text + "' is not a duration",
                "Write it as 500ms, 30s, 5m, 8h or 30d.");
  }
  return std::chrono::milliseconds(count * factor->second);
}

}  // namespace acctl
