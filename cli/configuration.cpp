#include "cli/configuration.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "cli/command.hpp"
#include "cli/settings.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

using Names = std::vector<std::string>;

constexpr const char* directory_file_name = ".acctl.yaml";

// What a file that comes with a checkout may say: nothing that leads to another database, or to a file.
const Names directory_entries = {"context", "tenant", "output", "parallel", "timeout", "log-format"};

Names keys(const YamlNode& mapping) {
  Names names;
  for (const auto& [key, value] : mapping.entries) names.push_back(key.text);
  return names;
}

std::string place_of(const std::string& path, const YamlNode& node) {
  return path + ":" + std::to_string(node.line) + ":" + std::to_string(node.column);
}

void check_keys(const std::string& path, const YamlNode& mapping, const Names& allowed) {
  for (const auto& [key, value] : mapping.entries) {
    if (std::ranges::find(allowed, key.text) != allowed.end()) continue;
    throw problem_at(path, key, "unknown entry '" + key.text + "'" + did_you_mean(key.text, allowed));
  }
}

// nullptr where there is no such entry; an empty one (`contexts:`) counts as a mapping without entries.
const YamlNode* mapping_entry(const std::string& path, const YamlNode& parent, const std::string& key) {
  const YamlNode* node = parent.find(key);
  if (node != nullptr && node->type != YamlNode::Type::mapping && !node->is_null()) {
    throw problem_at(path, *node, "'" + key + "' is not a mapping");
  }
  return node;
}

std::string scalar_value(const std::string& path, const YamlNode& key, const YamlNode& value) {
  if (value.type != YamlNode::Type::scalar) throw problem_at(path, value, "'" + key.text + "' takes one value");
  if (value.is_null() || value.text.empty()) throw problem_at(path, value, "'" + key.text + "' is empty");
  return value.text;
}

Context read_entries(const std::string& path, const std::string& name, const YamlNode& node) {
  Context context{.name = name, .chosen_by = {}, .entries = {}, .is_protected = false, .color = {}};
  check_keys(path, node, context_entries());
  for (const auto& [key, value] : node.entries) {
    const std::string text = scalar_value(path, key, value);
    if (key.text == "protected") {
      if (text != "true" && text != "false") throw problem_at(path, value, "'protected' is neither true nor false");
      context.is_protected = text == "true";
    } else if (key.text == "color") {
      if (std::ranges::find(prompt_colors(), text) == prompt_colors().end()) {
        throw problem_at(path, value, "'" + text + "' is not a color" + did_you_mean(text, prompt_colors()));
      }
      context.color = text;
    } else {
      context.entries[key.text] = {text, place_of(path, value)};
    }
  }
  return context;
}

// A mapping, or a null scalar for an empty file.
YamlNode read_mapping(const std::string& path, const Names& allowed) {
  YamlNode root = read_yaml(read_file(path, yaml_size_limit), path);
  if (root.type != YamlNode::Type::mapping && !root.is_null()) throw problem_at(path, root, "not a mapping");
  check_keys(path, root, allowed);
  return root;
}

std::string read_current(const std::string& path, const YamlNode& root) {
  const YamlNode* current = root.find("current");
  if (current == nullptr) return {};
  if (current->type != YamlNode::Type::scalar || current->is_null() || current->text.empty()) {
    throw problem_at(path, *current, "'current' does not name a context");
  }
  return current->text;
}

// The top of the file, nothing where there is none. A file that exists and cannot be read is an error of read_file():
// if it were ignored, acctl would silently use the embedded server.
std::optional<YamlNode> read_root(const std::string& path) {
  std::error_code unknown;
  const bool exists =
      !path.empty() && std::filesystem::symlink_status(path, unknown).type() != std::filesystem::file_type::not_found;
  if (!exists) return std::nullopt;
  return read_mapping(path, {"contexts", "current"});
}

struct Directory {
  std::string path;
  YamlNode root;
  std::string context;  // "" for none
};

Directory read_directory() {
  Directory directory{.path = directory_file(), .root = {}, .context = {}};
  if (directory.path.empty()) return directory;
  directory.root = read_mapping(directory.path, directory_entries);
  for (const auto& [key, value] : directory.root.entries) {
    const std::string text = scalar_value(directory.path, key, value);
    if (key.text == "context") directory.context = text;
  }
  return directory;
}

[[noreturn]] void throw_unknown_context(const std::string& path, const std::string& name, const std::string& named_by,
                                        const std::optional<YamlNode>& root, const YamlNode* contexts) {
  const std::string by = named_by.empty() ? "" : named_by + " names it: ";
  if (!root) {
    throw Error(ErrorKind::invalid,
                "there is no context '" + name + "': " + by + "the configuration file does not exist",
                "Add it: acctl config set " + name + " database=URL");
  }
  throw Error(ErrorKind::invalid,
              "there is no context '" + name + "' in " + path +
                  (named_by.empty() ? "" : ", which " + named_by + " names") +
                  (contexts == nullptr ? "" : did_you_mean(name, keys(*contexts))),
              "'acctl config list' lists all contexts, and --context chooses one.");
}

}  // namespace

const Names& context_entries() {
  static const Names names = [] {
    Settings unused;
    Names all;
    for (const Option& option : global_options(unused)) {
      if (!option.environment.empty() && option.name != "--context") all.push_back(option.name.substr(2));
    }
    all.insert(all.end(), {"parallel", "protected", "color"});
    return all;
  }();
  return names;
}

const Names& prompt_colors() {
  static const Names colors = {"red", "green", "yellow", "blue", "magenta", "cyan", "none"};
  return colors;
}

std::string configuration_path() {
  if (const char* folder = std::getenv("XDG_CONFIG_HOME"); folder != nullptr && *folder == '/') {
    return std::string(folder) + "/acctl/config.yaml";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.config/acctl/config.yaml";
  }
  return {};
}

std::string directory_file() {
  std::error_code failed;
  std::filesystem::path folder = std::filesystem::current_path(failed);
  if (failed) return {};  // it was removed
  for (;; folder = folder.parent_path()) {
    const std::string path = (folder / directory_file_name).string();
    struct stat file = {};
    struct stat around = {};
    if (stat(path.c_str(), &file) == 0 && stat(folder.c_str(), &around) == 0) {
      // Whoever owns a directory says what holds there; in one that is everybody's, such as /tmp, only oneself.
      const bool own = file.st_uid == geteuid() || file.st_uid == 0;
      const bool shared = (around.st_mode & (S_IWGRP | S_IWOTH)) != 0;
      if (own || (file.st_uid == around.st_uid && !shared)) return path;
      throw Error(ErrorKind::invalid, path + " belongs to somebody else, in a directory that others can write to",
                  "Remove the file, or work in a directory of your own.");
    }
    if (folder == folder.root_path()) return {};
  }
}

Configuration read_configuration() {
  Configuration configuration{.path = configuration_path(), .current = {}, .contexts = {}};
  const std::optional<YamlNode> root = read_root(configuration.path);
  if (!root) return configuration;
  configuration.current = read_current(configuration.path, *root);
  const YamlNode* contexts = mapping_entry(configuration.path, *root, "contexts");
  if (contexts == nullptr) return configuration;
  for (const auto& [key, value] : contexts->entries) {
    configuration.contexts.push_back(
        read_entries(configuration.path, key.text, *mapping_entry(configuration.path, *contexts, key.text)));
  }
  return configuration;
}

Context find_context(const std::string& name) {
  const std::string path = configuration_path();
  const std::optional<YamlNode> root = read_root(path);
  const Directory directory = read_directory();
  const YamlNode* contexts = root ? mapping_entry(path, *root, "contexts") : nullptr;
  const std::string current = root ? read_current(path, *root) : "";

  std::string wanted = name;
  std::string named_by;
  if (wanted.empty() && !directory.context.empty()) {
    wanted = directory.context;
    named_by = place_of(directory.path, *directory.root.find("context"));
  } else if (wanted.empty() && !current.empty()) {
    wanted = current;
    named_by = place_of(path, *root->find("current"));
  }
  Context context;
  if (!wanted.empty()) {
    const YamlNode* entries = contexts == nullptr ? nullptr : mapping_entry(path, *contexts, wanted);
    if (entries == nullptr) throw_unknown_context(path, wanted, named_by, root, contexts);
    context = read_entries(path, wanted, *entries);
    context.chosen_by = named_by;
  }
  // What the directory says is meant for its context.
  if (name.empty() || name == directory.context) {
    for (const auto& [key, value] : directory.root.entries) {
      if (key.text != "context") context.entries[key.text] = {value.text, place_of(directory.path, value)};
    }
  }
  return context;
}

}  // namespace acctl
