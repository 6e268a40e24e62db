// Reads and writes enterprises, which are groups of tenants.
#pragma once

#include <string>
#include <vector>

#include "provisioning/platform/platform.hpp"

namespace acctl {

struct Enterprise {
  std::string key;
  std::string name;
  std::int64_t tenants = 0;
};

// True when it was created, false when it is there under that name. Throws Error(conflict) if it has another name.
bool create_enterprise(Platform& platform, const std::string& key, const std::string& name, Mode mode);

std::vector<Enterprise> list_enterprises(Platform& platform);

// Throws Error(invalid), with what was probably meant, if there is none of that key.
Enterprise require_enterprise(Platform& platform, const std::string& key);

// The administrator of its first tenant; "" if it had none yet.
std::string read_founder(Platform& platform, const std::string& key);

// A role that somebody has in all tenants of an enterprise.
struct EnterpriseGrant {
  std::string email;  // in lower case
  std::string role;
  std::string granted_by;
  std::string granted_at;  // RFC 3339, UTC
  std::string person;      // UUID: the same for all that a person is granted here, whatever the address
  bool linked = true;      // false for a grant of an earlier acctl: its tenants do not know what came of it
};
std::vector<EnterpriseGrant> enterprise_grants(Platform& platform, const std::string& key);

// What is recorded already stays as it is; with an entry in the audit trail where something changes.
void add_enterprise_grants(Platform& platform, const std::string& key, const std::vector<std::string>& emails,
                           const std::string& role);
void remove_enterprise_grants(Platform& platform, const std::string& key, const std::vector<std::string>& emails,
                              const std::string& role);

// A person of the registry with the address that the person has now.
struct EnterprisePerson {
  std::string person;  // UUID
  std::string email;
};

// Moves the grants to the new addresses of their people, as a set: people may exchange theirs. Returns those who moved.
// An address that another person has and keeps is not taken.
std::vector<EnterprisePerson> move_enterprise_people(Platform& platform, const std::string& key,
                                                     const std::vector<EnterprisePerson>& people);

// Ends everything that these people (UUIDs) are granted in the enterprise. What they were granted.
std::vector<EnterpriseGrant> end_enterprise_people(Platform& platform, const std::string& key,
                                                   const std::vector<std::string>& people);

// What these addresses are granted, by enterprise.
struct GrantInEnterprise {
  std::string enterprise;
  EnterpriseGrant grant;
};
std::vector<GrantInEnterprise> read_enterprise_grants(Platform& platform, const std::vector<std::string>& emails);

// The entry of the audit trail for somebody who was offboarded; `heir` got their open work, "" for nobody.
void record_offboarding(Platform& platform, const std::string& email, const std::string& heir, std::size_t tenants);

// Remembers `email` as the founder, and the grant of `role` ("" for none) that comes with it; once only.
void found_enterprise(Platform& platform, const std::string& key, const std::string& email, const std::string& role);

// Whether a tenant of `enterprise` is the only one there, or in none.
bool stands_alone(Platform& platform, const std::optional<std::string>& enterprise);

}  // namespace acctl
