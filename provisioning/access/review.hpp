// Reviews the access of a tenant: who has what, since when and by which change, and what needs attention. People are
// read one after the other, so that ten thousand do not have to be held.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/plan/executor.hpp"

namespace acctl {

struct ReviewLimits {
  std::chrono::milliseconds inactive_for{};     // without a sign-in
  std::chrono::milliseconds expiring_within{};  // until a grant ends
  std::int64_t max_admins = 0;
};

// The run that something was granted by; "" if no run of the ledger did it.
struct GrantedBy {
  std::string since;  // RFC 3339, UTC
  std::string run;
  std::string actor;
};

struct ReviewedRole {
  std::string role;
  std::string until;  // "" for ever
  GrantedBy by;
};

struct ReviewedPermission {
  std::string permission;
  std::string level;  // "" for none
  GrantedBy by;
};

struct ReviewedPerson {
  std::string email;
  std::string name;
  std::string status;
  bool admin = false;       // holds "*"
  bool crm_access = false;  // as it applies
  std::vector<ReviewedRole> roles;
  std::string role_template;
  GrantedBy template_by;  // since "" if no run assigned it
  std::vector<ReviewedPermission> direct;
  std::vector<std::string> effective;  // "tickets.view:group"; all of the catalogue for an admin
  std::string last_sign_in;            // "" for never
  bool signed_in_later = false;        // than the past that is reviewed: whether also before is not known
  std::vector<std::string> flags;      // in words: "inactive", "never signed in" …
  std::vector<std::string> api_keys;   // names of those that have not ended
};

// An API key without a user, of the organization or an enterprise, that has not ended.
struct ReviewedKey {
  std::string owner;  // "organization" or "enterprise"
  std::string name;
  std::string prefix;                    // how the key begins; no part of the secret
  std::string role;                      // that says what it may do; "" if permissions do
  std::vector<std::string> permissions;  // "tickets.view:group"
  std::vector<std::string> effective;    // what it may do now, bounded by its maker
  std::string created_by;                // the user on whose authority it was made; "" for staff
  std::string created_at;                // RFC 3339, UTC
  std::string expires_at;                // "" for never
  std::string last_used_at;              // "" for never
};
bool gives_everything(const ReviewedKey& key);

struct ReviewedBundle {
  std::string key;
  std::string name;
  std::vector<std::string> gives;  // "tickets.view:group"
};

// What a review of the past is worth.
struct PastFacts {
  bool is_past = false;
  std::int64_t left_out = 0;  // rows that the application has made since
};

struct ReviewSummary {
  std::string at;
  PastFacts past;
  std::int64_t active = 0, invited = 0, suspended = 0;
  std::int64_t admins = 0;    // of the active and the invited
  std::string admins_until;   // when the last admin role expires, where all of them do; RFC 3339, UTC
  std::int64_t inactive = 0;  // people with that flag, and so on
  std::int64_t never = 0;
  std::int64_t expiring = 0;
  std::vector<std::string> unused_roles;  // that nobody has; system roles left out
  std::vector<ReviewedBundle> roles;
  std::vector<ReviewedBundle> role_templates;
  std::vector<ReviewedKey> keys;  // by owner and name
};

// Calls `start` once, then `person` for each user by email address.
void review_access(Connection& tenant, const ReviewLimits& limits,
                   const std::function<void(const ReviewSummary& summary)>& start,
                   const std::function<void(const ReviewedPerson& person)>& person);

}  // namespace acctl
