// The settings of a session name the platform: its server, time limits and the actor.
#pragma once

#include <functional>
#include <string>

#include "cli/session.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

// --dry-run
Mode read_mode(const Session& session);

// The control database of the settings. If none is configured, that of the embedded server, which is started if it is
// down; for a command that only reads, and with --dry-run, Error(connection) instead.
Dsn control_dsn(Session& session);

SessionOptions session_options(const Session& session);

// Whether the program was interrupted.
const std::function<bool()>& interrupted();

// --actor, else the person or pipeline that CI names, else user@host.
Actor read_actor(const Session& session);

Platform open_platform(Session& session);

// Only begins to connect; Platform::open() has to be called.
Platform begin_platform(Session& session);

// The default folder of the tenants' files, next to the embedded server's.
std::string default_storage_root();

// The same for messages that are delivered to files.
std::string default_mail_folder();

}  // namespace acctl
