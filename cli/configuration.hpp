// The configuration file names environments (contexts), so that nobody types a database URL twice.
//
//   current: production
//   contexts:
//     production: {database: "postgresql://acctl@db.example/acctl", actor: ops}
#pragma once

#include <map>
#include <string>

namespace acctl {

// $XDG_CONFIG_HOME/acctl/config.yaml; "" if neither XDG_CONFIG_HOME nor HOME is set.
std::string configuration_path();

// The entries of context `name`, each named like the global option it stands in for; of the file's `current` context
// when `name` is empty; nothing when there is no file. Throws Error(invalid) for a context that does not exist.
std::map<std::string, std::string> read_context(const std::string& name);

}  // namespace acctl
