// The settings of a run, and where each comes from.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace acctl {

// {"setting","value","from"} of every setting that a context or the environment can give: in the order of the global
// options, without secrets. "from" is an option, a variable, a place in a file or "default".
std::vector<nlohmann::ordered_json> settings_records(const Session& session);

// {"database":"$ACCTL_DATABASE_URL", …}: where those come from that are not defaults.
nlohmann::ordered_json origins_record(const Session& session);

// A database URL without its secrets; "embedded server" for "".
std::string database_words(const std::string& url);

// "production, db.example/acctl": where an answer takes effect.
std::string describe_target(const Session& session);

}  // namespace acctl
