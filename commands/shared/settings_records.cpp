#include "commands/shared/settings_records.hpp"

#include <algorithm>

#include "cli/configuration.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/dsn.hpp"

namespace acctl {

namespace {

std::string target_words(const Target& target) {
  return std::visit(
      [](const auto* place) -> std::string {
        using T = std::decay_t<decltype(*place)>;
        if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          return join(*place);
        } else if constexpr (std::is_same_v<T, std::string>) {
          return *place;
        } else if constexpr (std::is_same_v<T, bool>) {
          return *place ? "yes" : "no";
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return std::to_string(*place);
        } else {
          return *place ? std::to_string(**place) : "";
        }
      },
      target);
}

// "db.example/acctl": as much as tells databases apart in a prompt.
std::string short_database(const std::string& url) {
  if (url.empty()) return "embedded server";
  const Dsn dsn = Dsn::parse(url);
  if (!dsn.get("service").empty()) return "service " + dsn.get("service");
  const std::string host = dsn.get("host");
  if (host.empty()) return dsn.get("dbname");  // where that is the environment says
  return (host.starts_with('/') ? "local" : host) + "/" + dsn.get("dbname");
}

bool is_from_surroundings(const std::string& name) {
  const std::vector<std::string>& names = context_entries();
  return name == "context" || std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string database_words(const std::string& url) {
  if (url.empty()) return "embedded server";
  try {
    return Dsn::parse(url).display();
  } catch (const Error&) {
    return "not valid";  // it may hold a password
  }
}

std::vector<nlohmann::ordered_json> settings_records(const Session& session) {
  Settings settings = session.settings();
  std::vector<nlohmann::ordered_json> records;
  for (const Option& option : global_options(settings)) {
    const std::string name = option.name.substr(2);
    if (!is_from_surroundings(name)) continue;
    const auto from = settings.origins.find(name);
    records.push_back({{"setting", name},
                       {"value", name == "database" ? database_words(settings.database) : target_words(option.target)},
                       {"from", from == settings.origins.end() ? "default" : from->second}});
  }
  return records;
}

nlohmann::ordered_json origins_record(const Session& session) {
  nlohmann::ordered_json record = nlohmann::ordered_json::object();
  for (const auto& [name, from] : session.settings().origins) {
    if (is_from_surroundings(name)) record[name] = from;
  }
  return record;
}

std::string describe_target(const Session& session) {
  const Settings& settings = session.settings();
  return (settings.context.empty() ? "" : settings.context + ", ") + short_database(settings.database);
}

}  // namespace acctl
