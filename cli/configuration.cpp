#include "cli/configuration.hpp"

#include <cstdlib>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/settings.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

std::vector<std::string> keys(const YamlNode& mapping) {
  std::vector<std::string> names;
  for (const auto& [key, value] : mapping.entries) names.push_back(key.text);
  return names;
}

std::vector<std::string> allowed_entries() {
  Settings unused;
  std::vector<std::string> names;
  for (const Option& option : global_options(unused)) {
    if (!option.environment.empty() && option.name != "--context") names.push_back(option.name.substr(2));
  }
  names.emplace_back("parallel");
  return names;
}

// nullptr where there is no such entry; an empty one (`contexts:`) counts as a mapping without entries.
const YamlNode* mapping_entry(const std::string& path, const YamlNode& parent, const std::string& key) {
  const YamlNode* node = parent.find(key);
  if (node != nullptr && node->type != YamlNode::Type::mapping && !node->is_null()) {
    throw problem_at(path, *node, "'" + key + "' is not a mapping");
  }
  return node;
}

void check_top(const std::string& path, const YamlNode& root) {
  if (root.type != YamlNode::Type::mapping && !root.is_null()) throw problem_at(path, root, "not a mapping");
  const std::vector<std::string> allowed = {"contexts", "current"};
  for (const auto& [key, value] : root.entries) {
    if (std::ranges::find(allowed, key.text) == allowed.end()) {
      throw problem_at(path, key, "unknown entry '" + key.text + "'" + did_you_mean(key.text, allowed));
    }
  }
}

}  // namespace

std::string configuration_path() {
  if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder == '/') {
    return std::string(folder) + "/acctl/config.yaml";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.config/acctl/config.yaml";
  }
  return {};
}

std::map<std::string, std::string> read_context(const std::string& name) {
  const std::string path = configuration_path();
  // A file that exists and cannot be read is an error of read_file(): if it were ignored, acctl would silently use the
  // embedded server.
  std::error_code unknown;
  const auto type =
      path.empty() ? std::filesystem::file_type::not_found : std::filesystem::symlink_status(path, unknown).type();
  if (type == std::filesystem::file_type::not_found) {
    if (name.empty()) return {};
    throw Error(ErrorKind::invalid, "there is no context '" + name + "': the configuration file does not exist",
                "Create " + (path.empty() ? "$XDG_CONFIG_HOME/acctl/config.yaml" : path) + ".");
  }
  const YamlNode root = read_yaml(read_file(path, yaml_size_limit), path);
  check_top(path, root);
  const YamlNode* contexts = mapping_entry(path, root, "contexts");
  const YamlNode* current = root.find("current");
  if (current != nullptr && (current->type != YamlNode::Type::scalar || current->is_null() || current->text.empty())) {
    throw problem_at(path, *current, "'current' does not name a context");
  }
  const std::string wanted = name.empty() && current != nullptr ? current->text : name;
  if (wanted.empty()) return {};
  const YamlNode* context = contexts == nullptr ? nullptr : mapping_entry(path, *contexts, wanted);
  if (context == nullptr) {
    throw Error(ErrorKind::invalid,
                "there is no context '" + wanted + "' in " + path +
                    (contexts == nullptr ? "" : did_you_mean(wanted, keys(*contexts))),
                "Add it to the file, or choose another one with --context.");
  }
  const std::vector<std::string> allowed = allowed_entries();
  std::map<std::string, std::string> entries;
  for (const auto& [key, value] : context->entries) {
    if (std::ranges::find(allowed, key.text) == allowed.end()) {
      throw problem_at(path, key, "unknown entry '" + key.text + "'" + did_you_mean(key.text, allowed));
    }
    if (value.type != YamlNode::Type::scalar) throw problem_at(path, value, "'" + key.text + "' takes one value");
    if (value.is_null() || value.text.empty()) throw problem_at(path, value, "'" + key.text + "' is empty");
    entries[key.text] = value.text;
  }
  return entries;
}

}  // namespace acctl
