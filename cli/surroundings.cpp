#include "cli/surroundings.hpp"

#include <algorithm>
#include <cstdlib>

#include "cli/configuration.hpp"
#include "cli/target.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

using Given = std::set<std::string>;

bool is_overruled(const Option& option, const Given& given) {
  return std::ranges::any_of(option.overruled_by, [&](const std::string& other) { return given.contains(other); });
}

// Who names a context at the prompt means its database; a variable that is left from another one must not win.
void refuse_two_databases(const std::vector<Option>& globals, const Given& given, const Context& context) {
  const auto option = std::ranges::find(globals, "--database", &Option::name);
  const auto database = context.entries.find("database");
  if (option == globals.end() || database == context.entries.end()) return;  // it has no effect, or is not named
  if (!given.contains("--context") || given.contains("--database")) return;
  const char* value = variable(*option);
  if (value == nullptr || value == database->second.value) return;
  throw Error(ErrorKind::invalid, "--context and $ACCTL_DATABASE_URL name different databases",
              "Unset ACCTL_DATABASE_URL, or give the database with --database.");
}

}  // namespace

const char* variable(const Option& option) {
  return option.environment.empty() ? nullptr : std::getenv(option.environment.c_str());
}

void fill_from_surroundings(const std::vector<Option>& globals, const Given& given, Settings& settings,
                            Contexts contexts) {
  const auto to_setting_name = [](const Option& option) { return option.name.substr(2); };
  for (const Option& option : globals) {
    if (given.contains(option.name)) {
      settings.origins[to_setting_name(option)] = option.name;
      continue;
    }
    const char* value = is_overruled(option, given) ? nullptr : variable(option);
    if (value == nullptr) continue;
    fill_target("$" + option.environment, option.target, make_demands(option), {value});
    settings.origins[to_setting_name(option)] = "$" + option.environment;
  }
  if (contexts == Contexts::unread) return;
  const Context context = find_context(settings.context);
  refuse_two_databases(globals, given, context);
  if (!context.chosen_by.empty()) settings.origins["context"] = context.chosen_by;
  settings.context = context.name;
  settings.is_protected = context.is_protected;
  settings.color = context.color;
  settings.lacks_database = context.lacks_database;
  for (const Option& option : globals) {
    const auto entry = context.entries.find(to_setting_name(option));
    const bool said = variable(option) != nullptr || given.contains(option.name);
    if (entry == context.entries.end() || said || is_overruled(option, given)) continue;
    const auto& [value, place] = entry->second;
    fill_target(place + ": " + entry->first, option.target, make_demands(option), {value});
    settings.origins[entry->first] = place;
  }
}

}  // namespace acctl
