// What `user offboard` says of the access and the work that somebody has in a tenant.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/remarks.hpp"
#include "cli/session.hpp"
#include "provisioning/access/offboarding.hpp"

namespace acctl {

nlohmann::ordered_json remains_record(const std::string& tenant, const Remains& user);

// "ticket 7 and items 3, 4"; "" if the user has no open work.
std::string open_work(const Remains& user);

// Who takes over open work in a tenant.
struct Successor {
  std::string email;       // "" if work is not handed over
  bool is_active = false;  // as a user of that tenant; nobody else can be given work there
};

// Remarks about a leaver; of many tenants the first few.
struct OffboardRemarks {
  explicit OffboardRemarks(Terminal& terminal)
      : notes(terminal, Remarks::Tone::info), warnings(terminal, Remarks::Tone::warning) {}
  Remarks notes;
  Remarks warnings;
};

// Tells the person at the terminal what happens to the open work of a user.
void report_open_work(OffboardRemarks& remarks, const std::string& tenant, const Remains& user,
                      const Successor& successor);

// Tells the person at the terminal what a user has in a tenant, and what happens to the open work.
void report_remains(OffboardRemarks& remarks, const std::string& tenant, const Remains& user,
                    const Successor& successor);

}  // namespace acctl
