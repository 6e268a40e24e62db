// Controls the environment variables that libpq reads for a new session.
#pragma once

namespace acctl {

// Leaves nothing in the environment that weakens a session or leads it to another server. Over TCP, sslmode is then
// verify-full unless the connection string or the service file sets another one. Call it before each new session: it
// writes to the environment only if something is not as it should be.
void settle_environment();

}  // namespace acctl
