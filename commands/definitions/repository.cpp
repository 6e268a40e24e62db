#include "commands/definitions/repository.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/error.hpp"
#include "provisioning/base/init_files.hpp"
#include "provisioning/definitions/formatter/formatter.hpp"
#include "provisioning/definitions/schema.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// Editors take the schema of a file from here (redhat.vscode-yaml, yaml-language-server).
constexpr std::string_view modeline = "# yaml-language-server: $schema=../schema/definitions.json\n";

// The end of the key that begins a line of the top level; 0 for all other lines.
std::size_t key_length(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (line.empty() || line[0] == ' ' || line[0] == '#' || line[0] == '-' || colon == std::string_view::npos) return 0;
  return colon;
}

// "statuses: {}": an export says so of a kind without objects. In a file it would claim that there must be none.
bool is_empty(const DocumentPart& part) {
  return part.text.find(part.key + ": {}") != std::string::npos ||
         part.text.find(part.key + ": []") != std::string::npos;
}

bool is_wanted(const DocumentPart& part, const std::set<std::string>& only) {
  if (is_empty(part)) return false;
  if (find_kind(part.key) != nullptr) return only.empty() || only.contains(part.key);
  return part.key == "tests" && only.empty();
}

RepositoryFile definitions_file(const DocumentPart& part, const std::string& manager) {
  const std::string path = "definitions/" + part.key + ".yaml";
  std::string text(modeline);
  text += "acctl: 1\n";
  if (!manager.empty()) text += "manager: " + nlohmann::json(manager).dump() + "\n";
  return {path, canonical_layout(text + "\n" + part.text, path)};
}

RepositoryFile context_file(const std::string& context) {
  std::string text = "# What acctl works with in this folder and below it.\n";
  text += context.empty() ? "#context: production\n" : "context: " + nlohmann::json(context).dump() + "\n";
  return {".acctl.yaml", std::move(text)};
}

}  // namespace

std::vector<DocumentPart> document_parts(std::string_view document) {
  std::vector<DocumentPart> parts;
  std::string before;  // comments and blank lines, which belong to what follows
  for (std::size_t start = 0; start < document.size();) {
    const std::size_t end = std::min(document.find('\n', start), document.size() - 1) + 1;
    const std::string_view line = document.substr(start, end - start);
    start = end;
    if (const std::size_t length = key_length(line); length > 0) {
      parts.push_back({std::string(line.substr(0, length)), std::exchange(before, {}) + std::string(line)});
    } else if (line[0] == '#' || line == "\n") {
      before += line;
    } else if (!parts.empty()) {
      parts.back().text += std::exchange(before, {}) + std::string(line);
    }
  }
  return parts;
}

std::vector<RepositoryFile> repository_files(const RepositoryContent& content) {
  std::vector<RepositoryFile> files;
  for (const DocumentPart& part : document_parts(content.document)) {
    if (is_wanted(part, content.only)) files.push_back(definitions_file(part, content.manager));
  }
  if (files.empty()) {
    throw Error(ErrorKind::invalid, "there is nothing to begin with: none of the kinds has an object",
                "Name other kinds with --only, another tenant, or a pack with --pack.");
  }
  files.push_back(context_file(content.context));
  files.push_back({"schema/definitions.json", definitions_schema().dump(2) + "\n"});
  for (const InitFile& file : init_files()) {
    if (file.set != "common" && std::ranges::find(content.ci, file.set) == content.ci.end()) continue;
    const bool executable = file.path.starts_with("ci/") || file.path.starts_with(".githooks/");
    files.push_back({std::string(file.path), std::string(file.text), executable});
  }
  std::ranges::sort(files, {}, &RepositoryFile::path);
  return files;
}

}  // namespace acctl
