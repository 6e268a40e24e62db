#include "cli/configuration.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/settings.hpp"
#include "cli/target.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

using Names = std::vector<std::string>;

constexpr const char* directory_file_name = ".acctl.yaml";

// The .acctl.yaml of the working directory, or of the nearest one above it; "" if there is none. Throws Error(invalid)
// if somebody else has put it into a directory that others can write to.
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

// What a file that comes with a checkout may say: nothing that leads to another database, or to a file.
const Names directory_entries = {"context", "tenant", "output", "parallel", "timeout", "log-format"};

std::string format_place(const std::string& path, const YamlNode& node) {
  return path + ":" + std::to_string(node.line) + ":" + std::to_string(node.column);
}

// Reads a file as far as it is valid, and collects what is not.
class Reader {
 public:
  Reader(const std::string& path, std::vector<Diagnostic>& problems) : path_(path), problems_(problems) {}

  void complain(const YamlNode& node, const std::string& message) {
    if (problems_.size() < problem_limit) problems_.push_back({path_, node.line, node.column, message});
  }

  // An empty one counts as a mapping without entries.
  bool is_mapping(const YamlNode& node, const std::string& name) {
    if (node.type == YamlNode::Type::mapping || node.is_null()) return true;
    complain(node, name.empty() ? "not a mapping" : "'" + name + "' is not a mapping");
    return false;
  }

  // The entries that are allowed.
  std::vector<const YamlEntry*> entries(const YamlNode& mapping, const Names& allowed) {
    std::vector<const YamlEntry*> all;
    for (const YamlEntry& entry : mapping.entries) {
      const std::string& key = entry.key.text;
      if (std::ranges::find(allowed, key) != allowed.end()) {
        all.push_back(&entry);
      } else {
        complain(entry.key, "unknown entry '" + key + "'" + did_you_mean(key, allowed));
      }
    }
    return all;
  }

  // Of an entry that takes one value; "" if it is not valid. `check` throws what is wrong with it.
  template <class Check>
  std::string value(const YamlEntry& entry, const Check& check) {
    const YamlNode& node = entry.value;
    const std::string& key = entry.key.text;
    if (node.type != YamlNode::Type::scalar) {
      complain(node, "'" + key + "' takes one value");
    } else if (node.is_null() || node.text.empty()) {
      complain(node, "'" + key + "' is empty");
    } else {
      try {
        check(key, node.text);
        return node.text;
      } catch (const Error& error) {
        complain(node, error.what());
      }
    }
    return {};
  }

  Context context(const YamlEntry& entry) {
    const std::string& name = entry.key.text;
    Context context{.name = name, .chosen_by = {}, .entries = {}, .is_protected = false, .color = {}};
    if (!is_mapping(entry.value, name)) return context;
    for (const YamlEntry* each : entries(entry.value, context_entries())) {
      const std::string text = value(*each, check_context_entry);
      if (each->key.text == "protected") {
        context.is_protected = text == "true";
      } else if (each->key.text == "color") {
        context.color = text;
      } else if (!text.empty()) {
        context.entries[each->key.text] = {text, format_place(path_, each->value)};
      }
    }
    return context;
  }

 private:
  const std::string& path_;
  std::vector<Diagnostic>& problems_;
};

struct Directory {
  std::string path;
  std::string context;  // "" for none
  std::string context_place;
  std::map<std::string, ConfiguredValue> entries;
  std::vector<Diagnostic> problems;
};

Directory read_directory() {
  Directory directory{.path = directory_file(), .context = {}, .context_place = {}, .entries = {}, .problems = {}};
  if (directory.path.empty()) return directory;
  const YamlNode root = read_yaml(read_file(directory.path, yaml_size_limit), directory.path);
  Reader reader(directory.path, directory.problems);
  if (!reader.is_mapping(root, "")) return directory;
  for (const YamlEntry* entry : reader.entries(root, directory_entries)) {
    const bool names_context = entry->key.text == "context";
    const std::string text = reader.value(*entry, [&](const std::string& key, const std::string& value) {
      if (!names_context) check_context_entry(key, value);
    });
    if (text.empty()) continue;
    const std::string place = format_place(directory.path, entry->value);
    if (names_context) {
      directory.context = text;
      directory.context_place = place;
    } else {
      directory.entries[entry->key.text] = {text, place};
    }
  }
  return directory;
}

Names names_in(const Configuration& configuration) {
  Names names;
  for (const Context& context : configuration.contexts) names.push_back(context.name);
  return names;
}

[[noreturn]] void throw_problems(std::vector<Diagnostic> problems) {
  std::vector<std::string> files;
  for (const Diagnostic& problem : problems) {
    if (std::ranges::find(files, problem.file) == files.end()) files.push_back(problem.file);
  }
  const std::string what = files.size() == 1 ? "the file " + files.front() + " is not valid"
                                             : "the files " + files.front() + " and " + files.back() + " are not valid";
  throw Error(ErrorKind::invalid, what,
              "Correct it in an editor, or the entries of a context with 'acctl config set' and 'acctl config unset'.",
              std::move(problems));
}

[[noreturn]] void throw_unknown_context(const Configuration& file, const std::string& name,
                                        const std::string& named_by) {
  if (!file.exists) {
    throw Error(ErrorKind::invalid,
                "there is no context '" + name + "': " + (named_by.empty() ? "" : named_by + " names it: ") +
                    "the configuration file does not exist",
                "Add it: acctl config set " + name + " database=URL");
  }
  throw Error(ErrorKind::invalid,
              "there is no context '" + name + "' in " + file.path +
                  (named_by.empty() ? "" : ", which " + named_by + " names") + did_you_mean(name, names_in(file)),
              "'acctl config list' lists all contexts, and --context chooses one.");
}

// What the option of that name would refuse, too.
void check_option(const std::string& name, const std::string& value) {
  Settings settings;
  for (const Option& option : global_options(settings)) {
    if (option.name != "--" + name) continue;
    fill_target(name, option.target, make_demands(option), {value});
  }
  if (name == "parallel") check_parallel(name, settings.parallel);
  if (name == "timeout") check_timeout(name, value);
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

void check_context_entry(const std::string& name, const std::string& value) {
  if (name == "protected") {
    if (value == "true" || value == "false") return;
    throw Error(ErrorKind::invalid, "protected: '" + value + "' is neither true nor false", "Give true.");
  }
  if (name != "color") return check_option(name, value);
  if (std::ranges::find(prompt_colors(), value) != prompt_colors().end()) return;
  throw Error(ErrorKind::invalid,
              "color: '" + value + "' is not one of " + join(prompt_colors()) + did_you_mean(value, prompt_colors()),
              "Give one of these.");
}

Configuration parse_configuration(const std::string& text, const std::string& path) {
  Configuration configuration{.path = path, .exists = true};
  const YamlNode root = read_yaml(text, path);
  Reader reader(path, configuration.problems);
  if (!reader.is_mapping(root, "")) return configuration;
  for (const YamlEntry* entry : reader.entries(root, {"contexts", "current"})) {
    if (entry->key.text == "current") {
      configuration.current = reader.value(*entry, [](const std::string&, const std::string&) {});
      configuration.current_line = entry->value.line;
      configuration.current_column = entry->value.column;
    } else if (reader.is_mapping(entry->value, "contexts")) {
      for (const YamlEntry& context : entry->value.entries) configuration.contexts.push_back(reader.context(context));
    }
  }
  return configuration;
}

// A file that exists and cannot be read is an error of read_file(): if it were ignored, acctl would silently use the
// embedded server.
Configuration read_configuration() {
  const std::string path = configuration_path();
  std::error_code unknown;
  const bool exists =
      !path.empty() && std::filesystem::symlink_status(path, unknown).type() != std::filesystem::file_type::not_found;
  return exists ? parse_configuration(read_file(path, yaml_size_limit), path) : Configuration{.path = path};
}

std::vector<Diagnostic> find_mistakes(const Configuration& configuration) {
  std::vector<Diagnostic> all = configuration.problems;
  const Names names = names_in(configuration);
  const std::string& current = configuration.current;
  if (!current.empty() && std::ranges::find(names, current) == names.end()) {
    all.push_back({configuration.path, configuration.current_line, configuration.current_column,
                   "there is no context '" + current + "'" + did_you_mean(current, names)});
  }
  return all;
}

void require_valid(const Configuration& configuration) {
  if (!configuration.problems.empty()) throw_problems(find_mistakes(configuration));
}

Context find_context(const std::string& name) {
  const Configuration file = read_configuration();
  const Directory directory = read_directory();
  if (!file.problems.empty() || !directory.problems.empty()) {
    std::vector<Diagnostic> all = file.problems.empty() ? file.problems : find_mistakes(file);
    all.insert(all.end(), directory.problems.begin(), directory.problems.end());
    throw_problems(std::move(all));
  }
  std::string wanted = name;
  std::string named_by;
  if (wanted.empty() && !directory.context.empty()) {
    wanted = directory.context;
    named_by = directory.context_place;
  } else if (wanted.empty() && !file.current.empty()) {
    wanted = file.current;
    named_by = file.path + ":" + std::to_string(file.current_line) + ":" + std::to_string(file.current_column);
  }
  Context context;
  if (!wanted.empty()) {
    const auto found = std::ranges::find(file.contexts, wanted, &Context::name);
    if (found == file.contexts.end()) throw_unknown_context(file, wanted, named_by);
    context = *found;
    context.lacks_database = !context.entries.contains("database") && (context.entries.empty() || context.is_protected);
    context.chosen_by = named_by;
  }
  // What the directory says is meant for its context.
  if (name.empty() || name == directory.context) {
    for (const auto& [entry, value] : directory.entries) context.entries[entry] = value;
  }
  return context;
}

}  // namespace acctl
