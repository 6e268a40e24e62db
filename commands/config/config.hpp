// The verbs of config, and what they share.
#pragma once

#include <string>

#include "cli/builder.hpp"
#include "cli/configuration.hpp"
#include "cli/session.hpp"

namespace acctl {

Command config_list_command();
Command config_use_command();
Command config_show_command();
Command config_set_command();
Command config_unset_command();

// A verb that works on the configuration file alone, so that a mistake there does not stop it.
Command of_configuration(Command verb);

// The text of the configuration file; "" if it does not exist. Throws Error(failed) if no folder for it is known.
std::string configuration_text();

// Replaces it, unless the session only rehearses, says `done` to a person, and warns of mistakes that are in it.
void save_configuration(Session& session, const std::string& text, const std::string& done);

// Warns of all that is wrong with the text: it is not what was asked for now, but stops the other commands.
void warn_of_mistakes(Session& session, const std::string& text);

// The context of that name; throws Error(invalid) if the file does not have it.
const Context& require_context(const Configuration& configuration, const std::string& name);

}  // namespace acctl
