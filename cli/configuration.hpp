// The configuration file names environments (contexts), so that nobody types a database URL twice; a file of a
// directory says which of them work in it is about.
//
//   current: production                                   # $XDG_CONFIG_HOME/acctl/config.yaml
//   contexts:
//     production: {database: "postgresql://acctl@db.example/acctl", actor: ops, protected: true, color: red}
//
//   context: production                                   # .acctl.yaml
//   tenant: acme
#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"

namespace acctl {

struct ConfiguredValue {
  std::string value;
  std::string place;  // "/home/ana/.config/acctl/config.yaml:4:13"
};

struct Context {
  std::string name;
  std::string chosen_by;                           // the place that names it; "" if the caller did
  std::map<std::string, ConfiguredValue> entries;  // each named like the global option it stands in for
  bool is_protected = false;                       // prompts demand its name
  std::string color;                               // of prompts; "" for the usual one
  // It is there for a platform that it does not name: it has no entries, or is protected, and has no database.
  bool lacks_database = false;
};

struct Configuration {
  std::string path;          // "" if neither XDG_CONFIG_HOME nor HOME is set
  bool exists = false;       // the file
  std::string current = {};  // "" for none
  int current_line = 0;
  int current_column = 0;
  std::vector<Context> contexts = {};     // as far as their entries are valid
  std::vector<Diagnostic> problems = {};  // all that is not valid, each with its place
};

// $XDG_CONFIG_HOME/acctl/config.yaml; "" if neither XDG_CONFIG_HOME nor HOME is set.
std::string configuration_path();

// All of the file, which need not exist. Throws Error(invalid) if it cannot be read or is not YAML.
Configuration read_configuration();

// The same of the text of a file at `path`.
Configuration parse_configuration(const std::string& text, const std::string& path);

// The problems, and a current context that does not exist; this is harmless while another one is named.
std::vector<Diagnostic> find_mistakes(const Configuration& configuration);

// Throws Error(invalid) with all that is wrong if there are problems.
void require_valid(const Configuration& configuration);

// What context `name` says, of which the directory's file may say some things differently; if `name` is empty, the one
// that the directory's file names, or the current one. Another context than the directory's leaves its file aside.
// Throws Error(invalid) for one that does not exist, and for whatever is not valid in either file: a mistake must not
// wait for the day on which its context is used.
Context find_context(const std::string& name);

// Throws Error(invalid) for a value that the entry of that name cannot have.
void check_context_entry(const std::string& name, const std::string& value);

// The names that an entry of a context can have, and the colors of prompts.
const std::vector<std::string>& context_entries();
const std::vector<std::string>& prompt_colors();

}  // namespace acctl
