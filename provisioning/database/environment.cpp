#include "provisioning/database/environment.hpp"

#include <cstdlib>
#include <mutex>
#include <string_view>

namespace acctl {

namespace {

// libpq applies PGTZ, PGDATESTYLE and PGGEQO after everything that a connection string says, and prefers PGHOSTADDR to
// the host of the string. The others would allow old protocols or give up the binding to the TLS channel.
constexpr const char* unwanted[] = {"PGTZ",
                                    "PGDATESTYLE",
                                    "PGGEQO",
                                    "PGHOSTADDR",
                                    "PGSSLMINPROTOCOLVERSION",
                                    "PGSSLMAXPROTOCOLVERSION",
                                    "PGCHANNELBINDING",
                                    "PGREQUIRESSL"};

// libpq takes a parameter from the connection string, else from the service file, else from the environment. A default
// of our own therefore has to stand in the environment: as a parameter it would override the service file, which only
// libpq reads, and without it PGHOST, PGSERVICE or hostaddr would begin a TCP session that is content without TLS. A
// session encrypted by GSSAPI would not verify a certificate at all.
constexpr struct {
  const char* name;
  const char* value;
} default_environment[] = {{"PGSSLMODE", "verify-full"}, {"PGGSSENCMODE", "disable"}};

}  // namespace

void settle_environment() {
  // Other threads may be reading the environment for a session of theirs, but not before the first call has returned,
  // and the later ones find nothing to write.
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  for (const char* name : unwanted) {
    if (std::getenv(name) != nullptr) unsetenv(name);
  }
  for (const auto& [name, value] : default_environment) {
    const char* present = std::getenv(name);
    if (present == nullptr || std::string_view(present) != value) setenv(name, value, 1);
  }
}

}  // namespace acctl
