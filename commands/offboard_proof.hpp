// Whether anything is left of somebody who was offboarded, found out by reading every tenant.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "cli/terminal.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

// As records have a user, and "tickets 1, 2 and item 3".
nlohmann::ordered_json to_json(const std::string& tenant, const Remains& user);
std::string work_of(const Remains& user);

// Who is looked for.
struct Leaver {
  std::string email;
  std::set<std::string> people;  // UUIDs of the registry
  bool work_too = false;         // open work was to go to somebody else
};

// Calls it in every tenant that can be read, from several threads; the others with the reason.
using Visits =
    std::function<std::map<std::string, std::string>(const std::function<void(Connection&, const Tenant&)>& work)>;

struct Proof {
  std::size_t tenants = 0;         // that were read
  std::vector<std::string> left;   // sentences
  nlohmann::ordered_json records;  // of users in tenants
  std::map<std::string, std::string> unread;
};
Proof read_proof(Platform& platform, const Visits& visit, const Leaver& leaver);

nlohmann::ordered_json to_json(const Proof& proof);

// Says what was found; throws Error(failed) where something is left, Error(partial) where a tenant could not be read.
void tell_proof(Terminal& terminal, const Proof& proof, const std::string& email);

}  // namespace acctl
