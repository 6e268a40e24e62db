// From the settings to the platform: which server, how long, who acts.
#pragma once

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// The control database of the settings; with none configured the embedded server's, started if it is down.
Dsn control_dsn(Session& session);

SessionOptions session_options(const Session& session);

// --actor, else the person or pipeline that CI names, else user@host.
Actor actor_of(const Session& session);

Platform open_platform(Session& session);

// The embedded server's folder for what belongs beside the database: the tenants' storage.
std::string default_storage_root();

}  // namespace acctl
