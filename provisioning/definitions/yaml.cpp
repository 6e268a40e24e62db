#include "provisioning/definitions/yaml.hpp"

#include <optional>

#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml_reader.hpp"

namespace acctl {

namespace {

[[noreturn]] void refuse(const std::string& file, std::vector<Diagnostic> problems) {
  throw Error(ErrorKind::invalid, "the file " + file + " is not valid", "", std::move(problems));
}

[[noreturn]] void refuse(const std::string& file, const yaml::Problem& problem) {
  refuse(file, std::vector<Diagnostic>{{file, problem.line, problem.column, problem.message}});
}

void check_characters(std::string_view text, const std::string& file) {
  int line = 1;
  int column = 1;
  for (std::size_t i = 0; i < text.size(); ++column) {
    if (is_plain(text[i])) {
      ++i;
      continue;
    }
    const std::size_t length = utf8_length(text, i);
    if (length == 0) refuse(file, {line, column, "not valid UTF-8"});
    const std::uint32_t code = utf8_code(text, i);
    // A return alone ends a line for some readers and not for others.
    const bool alone = code == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (code == 0xfeff) refuse(file, {line, column, "a byte order mark within the text"});
    if (alone || !stands_in_yaml(code)) refuse(file, {line, column, "a control character"});
    if (code >= 0x80 && is_hidden(text, i)) {
      // An escape shows the character in the file.
      refuse(file, {line, column,
                    hidden_character(text.substr(i, length)) + "; to keep it, write it as an "
                                                               "escape in double quotes"});
    }
    if (code == '\n') {
      ++line;
      column = 0;
    }
    i += length;
  }
}

}  // namespace

bool YamlNode::is_null() const {
  return type == Type::scalar && !quoted && (text.empty() || text == "~" || text == "null");
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view key) { return const_cast<YamlNode*>(std::as_const(*this).find(key)); }

YamlNode read_yaml(std::string_view text, const std::string& file, std::vector<Diagnostic>& slips) {
  if (text.size() > yaml_size_limit) refuse(file, {1, 1, "larger than 64 MiB"});
  if (text.starts_with("\xFE\xFF") || text.starts_with("\xFF\xFE")) refuse(file, {1, 1, "UTF-16; save it as UTF-8"});
  constexpr std::string_view mark = "\xEF\xBB\xBF";  // a byte order mark has no meaning in UTF-8
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  check_characters(text, file);
  const std::size_t blank = text.find_last_not_of(' ') + 1;  // invisible blanks in a last line without an end
  if (blank > 0 && text[blank - 1] == '\n') text = text.substr(0, blank);
  std::vector<yaml::Problem> found;
  std::optional<YamlNode> root;
  try {
    root = yaml::read(text, found);
  } catch (const yaml::Problem& problem) {
    found.push_back(problem);
  }
  for (const yaml::Problem& slip : found) slips.push_back({file, slip.line, slip.column, slip.message});
  if (!root) refuse(file, std::move(slips));
  return std::move(*root);
}

YamlNode read_yaml(std::string_view text, const std::string& file) {
  std::vector<Diagnostic> slips;
  YamlNode root = read_yaml(text, file, slips);
  if (!slips.empty()) refuse(file, std::move(slips));
  return root;
}

Error problem_at(const std::string& file, const YamlNode& node, const std::string& message) {
  return Error(ErrorKind::invalid, "the file " + file + " is not valid", "", {{file, node.line, node.column, message}});
}

}  // namespace acctl
