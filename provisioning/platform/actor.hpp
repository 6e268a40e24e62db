// Names who acts, for ledger and audit trail, as the command line says. The server adds the login that it saw.
#pragma once

#include <string>

namespace acctl {

struct Actor {
  std::string run;     // id of this run of acctl, unique
  std::string name;    // a person or a pipeline
  std::string origin;  // user@host
  std::string reason;  // "" when none was given
};

}  // namespace acctl
