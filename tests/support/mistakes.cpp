#include "tests/support/mistakes.hpp"

#include <filesystem>
#include <fstream>

#include "provisioning/definitions/yaml.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/schema_verdicts.hpp"

namespace acctl::test {

namespace {

void append_utf8(std::string& text, unsigned long code) {
  const auto add = [&](unsigned long byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    add(0xE0 | (code >> 12));
    add(0x80 | ((code >> 6) & 0x3F));
  } else {
    add(0xF0 | (code >> 18));
    add(0x80 | ((code >> 12) & 0x3F));
    add(0x80 | ((code >> 6) & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

// With the characters for <U+00A0>.
std::string unescaped(const std::string& line) {
  std::string text;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = line.compare(at, 3, "<U+") == 0 ? line.find('>', at) : std::string::npos;
    if (end == std::string::npos) {
      text += line[at++];
    } else {
      append_utf8(text, std::stoul(line.substr(at + 3, end - at - 3), nullptr, 16));
      at = end + 1;
    }
  }
  return text;
}

void read_table(const std::filesystem::path& path, std::vector<MistakenFile>& files) {
  std::ifstream table(path);
  bool in_file = false;  // behind what the table is
  int for_editors = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with("== ")) {
      files.push_back({.name = line.substr(3)});
      in_file = true;
      for_editors = 0;
    } else if (!in_file) {
      continue;
    } else if (line.starts_with("=> ")) {
      files.back().problems += line.substr(3) + "\n";
      files.back().needs_no_schema = ++for_editors == 0;
    } else if (line.starts_with("-- ")) {
      files.back().needs_no_schema = --for_editors == 0;
    } else {
      files.back().text += unescaped(line) + "\n";
    }
  }
}

bool is_yaml(const std::string& text) {
  try {
    read_yaml(text, "f");
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace

std::vector<MistakenFile> mistaken_files(std::string_view kind) {
  std::vector<MistakenFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(ACCTL_SOURCE "/tests/golden/mistakes")) {
    const std::string name = entry.path().stem();
    if (entry.path().extension() == ".txt" && name.substr(0, name.find('-')) == kind) read_table(entry.path(), files);
  }
  REQUIRE_FALSE(files.empty());
  return files;
}

std::string shown(const std::vector<Diagnostic>& problems) {
  std::string all;
  for (const Diagnostic& problem : problems) {
    all += std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message + "\n";
  }
  return all;
}

void check_mistakes(std::string_view kind, const nlohmann::ordered_json& schema,
                    std::string (*find)(const std::string& text)) {
  std::vector<const MistakenFile*> judged;
  std::vector<std::string> documents;
  const std::vector<MistakenFile> files = mistaken_files(kind);
  for (const MistakenFile& file : files) {
    INFO(file.name << "\n" << file.text);
    CHECK(find(file.text) == file.problems);
    if (!is_yaml(file.text) || (file.needs_no_schema && !file.problems.empty())) continue;
    judged.push_back(&file);
    documents.push_back(file.text);
  }
  const std::vector<std::string> verdicts = schema_verdicts(schema, documents);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    INFO(judged[i]->name << "\n" << judged[i]->text << verdicts[i]);
    CHECK((verdicts[i] == "") == judged[i]->problems.empty());
  }
}

}  // namespace acctl::test
