// Sets what a session relies on when it starts, whatever the environment, the role or the database say.
#pragma once

#include <string>

#include "provisioning/database/connection.hpp"

namespace acctl {

// The oldest server that acctl works with, as PQserverVersion() counts.
inline constexpr int oldest_server_version = 150000;

// The value of the connection parameter `options`. A server refuses a session that starts with a setting which it does
// not know, so those of later versions are left out unless `server_version` (0: unknown) has them.
std::string session_settings(const SessionOptions& options, int server_version);

// Statements that set what was left out for a server of which nothing was known; "" for nothing.
std::string settings_left_out(int server_version);

// The version of the server that `dsn` names, if a session of this process has seen it; else 0.
int known_server_version(const Dsn& dsn);
void remember_server_version(const Dsn& dsn, int version);

}  // namespace acctl
