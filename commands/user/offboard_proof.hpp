// The proof of `user offboard`: every tenant is read again, and what is left of somebody's access is reported.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands/user/offboard_person.hpp"
#include "commands/user/offboard_tenants.hpp"

namespace acctl {

// Whose access must be gone, and where.
struct OffboardClaim {
  const std::vector<Tenant>& tenants;
  const std::string& email;
  const LeavingPerson& person;
  bool work_too = false;  // open work was to be handed over
};

struct OffboardProof {
  std::size_t read_tenants = 0;
  std::vector<std::string> left;      // sentences
  std::vector<std::string> doubtful;  // sentences about users with access who may be the same person
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  UnreadTenants unread;
};

OffboardProof prove_offboarding(const Session& session, Platform& platform, const OffboardClaim& claim);

// As a part of the report.
nlohmann::ordered_json to_json(const OffboardProof& proof);

// Reports the proof. Throws Error(failed) if access is left, Error(partial) if a tenant could not be read or a
// user may be the same person.
void require_proof(Terminal& terminal, const OffboardProof& proof, const std::string& email);

}  // namespace acctl
