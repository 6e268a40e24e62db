// Reads, checks and writes the audit trail of the control database. Its entries are chained by hashes
// (templates/control/0002_audit.sql, 0006_audit_login.sql).
//
// Chains in the tenants' own databases are to come: their ledger is acctl.runs. AuditHead is then one of several, and
// check_audit() takes the connection of whatever database holds the chain already.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/platform/actor.hpp"

namespace acctl {

// The end of the chain. Kept elsewhere, it shows later that nothing before it was changed or cut off.
struct AuditHead {
  std::int64_t id = 0;  // of the last entry; 0: there is none
  std::string hash;     // 64 hexadecimal digits
};

struct AuditEntry {
  std::int64_t id = 0;
  std::string at;                    // RFC 3339, UTC
  std::optional<std::string> login;  // as the server saw it; none before schema version 3
  std::string origin;
  std::string actor;  // as claimed
  std::string action;
  std::optional<std::string> tenant;
  std::string outcome;  // done, refused, failed
  std::string hash;
  std::string run;
  std::optional<std::string> reason;
  std::optional<std::string> address;  // of the client; none over a local socket
  std::optional<std::string> before;   // JSON
  std::optional<std::string> after;    // JSON
};

struct AuditFilter {
  std::vector<std::string> tenants;  // slugs
  std::vector<std::string> actions;  // `*` stands for anything
  std::vector<std::string> outcomes;
  std::vector<std::string> logins;
  std::vector<std::string> actors;
  std::string since;  // times as in RFC 3339; "" does not narrow
  std::string until;
  std::int64_t limit = 50;
};

// One entry, in the caller's transaction. `before` and `after` are JSON texts or "", `details` what was done.
void record_audit(Transaction& transaction, const Actor& actor, const std::string& action, const std::string& outcome,
                  const std::string& before, const std::string& after);
void record_done(Transaction& transaction, const Actor& actor, const std::string& action,
                 const nlohmann::json& details);

// Records how a command ended that has no transaction of its own, as a statement of its own. `tenant`: a slug or "";
// `details`: a JSON object.
void record_command(Connection& control, const Actor& actor, const std::string& action, const std::string& outcome,
                    const std::string& tenant, const std::string& details);

AuditHead audit_head(Connection& control);

// The newest first. Holds no more than a few hundred entries in memory.
void for_each_audit_entry(Connection& control, const AuditFilter& filter,
                          const std::function<void(const AuditEntry&)>& visit);

// Every entry after `after`, the oldest first, as a JSON object with all that its hash is made of.
void export_audit(Connection& control, std::int64_t after, const std::function<void(const std::string& json)>& visit);

// What is wrong with the trail.
struct AuditProblem {
  enum class What {
    changed,    // the entry `first` is not what was written
    missing,    // the entries from `first` to `last` are not there
    cut,        // the same, at the end: more were written than there are
    unknown,    // they are there, behind what the database remembers as the last one
    rewritten,  // the entries up to `first` are others than those that the head was kept of
  };
  What what = What::changed;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

struct AuditCheck {
  std::int64_t entries = 0;
  AuditHead head;                      // the last entry as it is
  std::vector<AuditProblem> problems;  // the first hundred, by id
  bool more_problems = false;
};

// Reads the whole trail as of one moment, some ten thousand entries at a time, and makes every hash again. `kept`: a
// head from before.
AuditCheck check_audit(Connection& control, const std::optional<AuditHead>& kept);

}  // namespace acctl
