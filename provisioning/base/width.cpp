#include "provisioning/base/width.hpp"

#include <utf8proc.h>

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// Where the cluster that begins at text[at] ends.
std::size_t cluster_end(std::string_view text, std::size_t at) {
  utf8proc_int32_t state = 0;
  std::size_t end = at + utf8_length(text, at);
  auto before = static_cast<utf8proc_int32_t>(utf8_code(text, at));
  while (end < text.size()) {
    const std::size_t length = utf8_length(text, end);
    if (length == 0) break;
    const auto next = static_cast<utf8proc_int32_t>(utf8_code(text, end));
    if (utf8proc_grapheme_break_stateful(before, next, &state)) break;
    before = next;
    end += length;
  }
  return end;
}

}  // namespace

std::string cut_to_width(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t end = 0;
  std::size_t taken = 1;  // the …
  while (end < text.size() && utf8_length(text, end) > 0) {
    const std::size_t next = cluster_end(text, end);
    taken += display_width(text.substr(end, next - end));
    if (taken > width) break;
    end = next;
  }
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace acctl
