// The options that commands which write configuration share, and what they mean: files, ownership, guards.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/shared/tenant_selection.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/model/definitions.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

struct FileOptions {
  std::vector<std::string> files;
  bool allow_environment = false;
  std::vector<std::string> variables;
};
std::vector<Option> file_options(FileOptions& target);

struct EditOptions {
  std::vector<std::string> exclude;
  bool prune = false;
  bool allow_empty = false;
  bool adopt = false;
  std::vector<std::string> only;
  std::string min_admins;
  std::string max_removals;
  std::vector<std::string> allow_removal;
  std::vector<std::string> fail_on_gain;
};
// --prune, --allow-empty, --adopt, --only
std::vector<Option> ownership_options(EditOptions& target);
// --exclude and the guards.
std::vector<Option> direct_edit_options(EditOptions& target);

// Concatenates the lists.
std::vector<Option> joined(std::vector<std::vector<Option>> parts);

// How to read the files; throws Error(invalid) for a --var that is not NAME=VALUE.
ReadOptions read_options(const FileOptions& options);

// Reads and checks the files.
Definitions read_definition_files(const FileOptions& options);

// The texts of the files; throws Error(invalid) if none are given.
std::vector<Source> read_given_sources(const FileOptions& options);

// What the texts of exports say.
Definitions parse_export(const std::vector<Source>& sources, const FileOptions& options);

Guards read_guard_options(const EditOptions& options);

// "a,b" and repetition both make a list.
std::vector<std::string> split_words(const std::vector<std::string>& words);

// --only as kinds; throws Error(invalid) for what is none.
std::set<std::string> only_kinds(const std::vector<std::string>& words);

}  // namespace acctl
