// argv to a command with its options filled in. Words are read as getopt_long reads them (--name=value, -ovalue, -qv,
// `--` ends the options), but for `-o=value`, which is `-ovalue`, and two differences that keep a typing error from
// doing harm: no abbreviations, and an option is never taken for the value of another.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/settings.hpp"

namespace acctl {

struct Parsed {
  const Command* command = nullptr;
  std::vector<const Command*> path = {};  // from below the root to `command`
  bool help = false;                      // --help was given, or no command
  bool version = false;                   // --version was given instead of a command
  std::set<std::string> given = {};       // the options that stand on the command line, by name
};

// Descends the tree `root` along `words` (argv without the program), then fills the targets of the command's options
// and of `settings`: flag, else environment, else the configuration file's context, else what the target holds.
// An empty value is an error wherever it is said; so is a variable that is set but empty, unless the command line says
// the same thing. Throws Error(invalid) with a suggestion; then, as when help is wanted, the targets hold nothing to
// rely on.
Parsed parse(const Command& root, Settings& settings, const std::vector<std::string>& words);

// Whether the words, the environment or the configuration ask for JSON, as far as they can be read: a usage error, too,
// has the shape that was asked for.
bool wants_json(const std::vector<std::string>& words);

}  // namespace acctl
