// Finds and removes leftovers: tenants whose hold is over, old template databases, files of killed runs, and remains of
// deleted tenants.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioning/tenants/registry.hpp"

namespace acctl {

struct Leftover {
  enum class Kind {
    hold,               // a tenant that is held for deletion, and the hold is over
    template_database,  // of a former version, or of a making that was interrupted
    file,               // temporary
    visit,              // a session of staff whose time is over, and which nobody has ended
    remains,            // a database, roles or storage of a tenant that is deleted: restored, or made again by others
  };
  Kind kind = Kind::hold;
  std::string tenant;  // its slug; "" for what is nobody's
  std::string name;    // of the database or the file, of a tenant its slug
  std::string detail;  // a clause: why it can go
  std::string server;  // where a database is
  std::string server_dsn;
  std::string id;  // of the tenant
};

std::string_view to_string(Leftover::Kind kind);  // "hold", "template", "file", "visit", "remains"

// Of these tenants those whose hold is over.
std::vector<Leftover> ended_holds(const std::vector<Tenant>& tenants);

// The servers of the registry with which no session can be begun, by name, and why. Asked once, so that not each of
// their tenants waits for them. `only`: those that matter; empty for all.
using UnreachableServers = std::map<std::string, std::string>;
UnreachableServers find_unreachable_servers(Platform& platform, const std::set<std::string>& only = {});

// Template databases, files and visits of the whole platform, less those servers; the embedded server's own files are
// 'local up's.
std::vector<Leftover> old_templates_and_files(Platform& platform, const UnreachableServers& unreachable);

// Of tenants that are deleted. Nobody but who has looked at them knows whether they were restored on purpose.
std::vector<Leftover> remains_of_deleted(Platform& platform, const UnreachableServers& unreachable);

// Removes it, with an entry in the audit trail, if it still is what it was found to be: a tenant that was resumed or
// held for longer meanwhile stays. False if nothing was left to do.
bool remove_leftover(Platform& platform, const Leftover& leftover);

}  // namespace acctl
