#include <algorithm>

#include "cli/configuration_edit.hpp"
#include "commands/config/config.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/dsn.hpp"

namespace acctl {

namespace {

struct SetEntries {
  std::string context;
  std::vector<std::string> entries;
};

[[noreturn]] void refuse_entry(const std::string& message, const std::string& hint) {
  throw Error(ErrorKind::invalid, message, hint);
}

void check_entry(const std::string& name, const std::string& value) {
  const std::vector<std::string>& names = context_entries();
  if (std::ranges::find(names, name) == names.end()) {
    refuse_entry("there is no entry '" + abbreviated(name) + "'" + did_you_mean(name, names),
                 "The entries are " + join(names) + ".");
  }
  if (value.empty()) refuse_entry(name + ": the value is empty", "'acctl config unset' removes an entry.");
  check_context_entry(name, value);
  // Every user of the machine can read the command line.
  if (name == "database" && Dsn::parse(value).holds_secret()) {
    refuse_entry("database: the URL contains a password, which every user of this machine could read",
                 "Leave it out, and put the password into the password file (~/.pgpass) or a service file.");
  }
}

std::map<std::string, std::string> parse_entries(const std::vector<std::string>& words) {
  std::map<std::string, std::string> entries;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      refuse_entry("'" + abbreviated(word) + "' is not of the form KEY=VALUE", "Give an entry such as tenant=acme.");
    }
    const std::string name = word.substr(0, equals);
    check_entry(name, word.substr(equals + 1));
    if (!entries.emplace(name, word.substr(equals + 1)).second)
      refuse_entry(name + " is given twice", "Give each entry once.");
  }
  return entries;
}

void run(Session& session, const SetEntries& options) {
  const auto entries = parse_entries(options.entries);
  const std::string path = configuration_path();
  const std::string text = configuration_text();
  const std::string changed = with_entries(text, path, options.context, entries);
  if (changed == text) {
    session.terminal().info("nothing to change");
    warn_of_mistakes(session, text);
    return;
  }
  save_configuration(session, changed, "context " + options.context + " is set in " + path);
}

}  // namespace

Command config_set_command() {
  return of_configuration(command<SetEntries>("set", "set entries of a context, which is added if it is new", run)
                              .describe(R"(
Sets entries of a context in the configuration file, and keeps what else it holds, comments included. The entries
are named like the global options that they replace: database, tenant, output, actor, reason, key-file, log-format,
log-file, timeout and parallel. protected=true makes prompts demand the name of the context, and color is that of its
prompts: red, green, yellow, blue, magenta, cyan or none. A URL with a password is refused.)")
                              .argument("CONTEXT", "the context, new or not", &SetEntries::context)
                              .argument("KEY=VALUE...", "entries and their values", &SetEntries::entries)
                              .values(Values::context_settings)
                              .example("acctl config set staging database=postgresql://acctl@db.staging/acctl",
                                       "Add a context, or change its database.")
                              .example("acctl config set production protected=true color=red",
                                       "Make prompts stand out and demand the name."));
}

}  // namespace acctl
