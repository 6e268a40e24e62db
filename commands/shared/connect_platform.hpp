// From the settings to the platform: which server, how long, who acts.
#pragma once

#include <functional>
#include <string>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// --dry-run
Mode mode_of(const Session& session);

// The control database of the settings; with none configured the embedded server's, started if it is down, but for a
// command that only looks and for --dry-run: Error(connection) then.
Dsn control_dsn(Session& session);

SessionOptions session_options(const Session& session);

// Whether the person wants the program to stop.
const std::function<bool()>& interrupted();

// --actor, else the person or pipeline that CI names, else user@host.
Actor actor_of(const Session& session);

// --key-file, or the default place; "" where there is none.
std::string key_path_of(const Session& session);

Platform open_platform(Session& session);

// Begins to connect only: Platform::open() is still to be called.
Platform begin_platform(Session& session);

// The embedded server's folder for what belongs beside the database: the tenants' storage.
std::string default_storage_root();

// The same for mails.
std::string default_mail_folder();

}  // namespace acctl
