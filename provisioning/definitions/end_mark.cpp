#include "provisioning/definitions/end_mark.hpp"

#include <charconv>

#include "provisioning/base/digest.hpp"

namespace acctl {

namespace {

constexpr std::string_view mark_start = "# end: ";
constexpr std::string_view mark_digest = ", sha256 ";

std::string with_plain_line_ends(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r' || at + 1 == text.size() || text[at + 1] != '\n') plain += text[at];
  }
  return plain;
}

}  // namespace

std::string with_end_mark(std::string document, std::size_t objects) {
  const std::string digest = sha256_hex(document);
  document += std::string(mark_start) + std::to_string(objects) + (objects == 1 ? " object" : " objects") +
              std::string(mark_digest) + digest + "\n";
  return document;
}

std::string end_mark_problem(std::string_view text) {
  const std::string plain = with_plain_line_ends(text);
  const std::size_t end = plain.find_last_not_of('\n');
  const std::size_t before = end == std::string::npos ? end : plain.rfind('\n', end);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  const std::string line = end == std::string::npos ? "" : plain.substr(start, end + 1 - start);
  const std::size_t digest = line.rfind(mark_digest);
  if (!line.starts_with(mark_start) || digest == std::string::npos)
    return "has no '# end:' line: it was cut, or is not an export";
  if (line.substr(digest + mark_digest.size()) != sha256_hex(std::string_view(plain).substr(0, start)))
    return "was cut or changed since it was exported";
  return "";
}

Unmarked without_end_mark(std::string_view text) {
  const std::size_t start = text.rfind(std::string("\n") + std::string(mark_start));
  if (start == std::string_view::npos || !end_mark_problem(text).empty()) return {.document = text, .objects = {}};
  std::size_t objects = 0;
  const char* digits = text.data() + start + 1 + mark_start.size();
  std::from_chars(digits, text.data() + text.size(), objects);
  return {.document = text.substr(0, start + 1), .objects = objects};
}

}  // namespace acctl
