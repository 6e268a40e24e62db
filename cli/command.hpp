// The tree of commands describes each command as data: parser, help, manual pages and completions are made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace acctl {

class Session;

// Where the value of an option or argument goes. A vector takes any number, the others one.
using Target =
    std::variant<bool*, std::int64_t*, std::optional<std::int64_t>*, std::string*, std::vector<std::string>*>;

inline bool takes_many(const Target& target) { return std::holds_alternative<std::vector<std::string>*>(target); }

// Where completion finds the values of an option or argument. `text`: where its placeholder says
// (completions/request.hpp: "ROLE", "EMAIL", "FILE"); nowhere for other placeholders, and for a name that is yet to be
// given.
enum class Values {
  text,
  new_name,
  file,
  kinds,             // of definitions, and their fields: "roles", "roles.name"
  objects,           // "roles/agent"
  matches,           // "plan=pro", as --match takes them
  labels,            // "tier=gold"
  contexts,          // of the configuration file
  context_settings,  // "database="
  pages,             // of the manual
  topics,            // of help, beside commands
  columns,           // of the command's table
  features,          // "sso=", then on, off, plan
  limits,            // "projects=", likewise
  packs,
  tenants,
  archived_tenants,  // of which the archive has an export
  archived_exports,  // those, and the numbers of their exports
  archive_numbers,
  enterprises,
  enterprise_people,  // who has grants in the enterprise that is the first argument
  enterprise_roles,   // in the tenants of that enterprise
  servers,
  regions,
  plans,
  // Of the tenant that the line names:
  users,
  roles,
  teams,
  role_templates,
  permissions,
  runs,
  done_runs,       // that were not refused
  key_owners,      // who has API keys
  new_key_owners,  // who can have some
  key_names        // of the owner that is the first argument
};

// What an option is about. Those that many commands share are described once, and not on the page of each.
enum class OptionGroup { own, tenants, guards };

// What few options have.
struct OptionTraits {
  std::vector<std::string> choices = {};  // the only values allowed; empty: any
  std::string environment = {};           // the variable that stands in for the flag
  bool required = false;
  Values values = Values::text;
  std::vector<std::string> suggestions = {};  // offered by completion; other values are as good
  // Options that set the same thing another way: if one of them is given, environment and configuration are ignored.
  std::vector<std::string> overruled_by = {};
  // Whether '' is a value, which clears what is set. Everywhere else an empty value is refused: it is an unset variable
  // of a script, and must not mean "none", "all" or "for ever". The help mentions it automatically.
  bool clears = false;
  // Of a free text that is stored as it is, in characters; it stands on one line then. 0: its form is checked
  // elsewhere.
  std::size_t longest = 0;
  OptionGroup group = OptionGroup::own;
};

struct Option : OptionTraits {
  std::string name;   // "--admin-email"
  std::string value;  // what the help calls its value: "EMAIL"; empty for a switch
  std::string help;   // a noun phrase or an imperative, lower case, at most 100 characters, no full stop
  Target target;
  char letter = 0;  // 'o' for -o
};

// From "--name NAME" or "-f, --file PATH"; without a value it is a switch.
Option parse_option(std::string_view form, std::string_view help, Target target, OptionTraits traits = {});

struct Argument {
  std::string name;  // "SLUG"
  std::string help;
  Target target;
  bool required = true;
  std::vector<std::string> choices = {};
  Values values = Values::text;
};

// From "ROLE..." or "[SLUG]": what stands in brackets may be left out. The type of the target says how many there are.
Argument parse_argument(std::string_view form, std::string_view help, Target target, Values values = Values::text);

struct Example {
  std::string command;  // a whole command line; a test parses it with the real parser
  std::string what;
};

// What a run records in the audit trail in addition to the entries of its own transactions. The default is for commands
// that write.
enum class Trail {
  refusals,    // that it was refused or not confirmed
  every_run,   // also that it succeeded: it changes something that no transaction of its own records
  every_look,  // the same for a command that only reads, but reads about people
  nothing,     // it only reads, or works without the platform
};

// What an exit code means for one command, where that is not what it means for all.
struct Exit {
  int code;
  std::string meaning;  // as in the table of exit codes
};

// What a command works with. Global options that would have no effect on it are refused.
enum class Reaches { nothing, platform, tenants };

struct Command {
  std::string name;
  std::string summary;      // one line, no full stop
  std::string description;  // paragraphs; the text of the man page
  std::vector<Argument> arguments = {};
  std::vector<Option> options = {};
  std::vector<Example> examples = {};
  std::vector<Command> subcommands = {};
  std::vector<Command (*)()> verbs = {};  // what makes the subcommands; empty once with_subcommands() has made them
  std::vector<std::string> formats = {};  // of --output, in addition to those of every command
  std::vector<Exit> exits = {};
  Reaches reaches = Reaches::tenants;
  bool takes_as = false;  // --as: a tenant's user could do it in the application
  Trail trail = Trail::refusals;
  bool reads_contexts = true;  // false: it mends the configuration file, so that a mistake there must not stop it
  // Runs after parsing; returns the exit code. Null for a command that only groups others.
  std::function<int(Session&)> run = nullptr;
  // Keeps alive what the targets point to.
  std::shared_ptr<void> storage = nullptr;
};

// The way from the root to a command, without the root.
using Path = std::vector<const Command*>;

// "acctl user invite"
inline std::string format_path(const Path& path) {
  std::string words = "acctl";
  for (const Command* command : path) words += " " + command->name;
  return words;
}

// The options that every command takes; values go to `settings`.
struct Settings;
std::vector<Option> global_options(Settings& settings);

// The same as `command` takes them: --output with its own formats, --as only if it applies.
std::vector<Option> global_options(Settings& settings, const Command& command);

}  // namespace acctl
