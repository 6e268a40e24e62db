// Invites people, who become users with a token that only they receive, by mail. Set-based: a hundred thousand take no
// more statements than they have batches, and memory for one batch.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "provisioning/access/tokens.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/platform/platform.hpp"

namespace acctl {

struct Invitee {
  std::string email;  // as a State has it
  std::string name;
  std::vector<std::string> roles;
  bool names_roles = false;  // whether the row itself does, and not an option
  std::string role_template;
  std::vector<std::string> teams;
  std::optional<bool> crm_access;  // nothing: no access for who is new, and no change for others
  std::string idp = "local";
  bool names_idp = false;  // whether the row itself does, and not an option
  std::string external_id;
  std::optional<std::int64_t> session_hours;
  std::optional<bool> active;  // what a directory says of the person; nothing: active
  std::string tenant;          // the one that a row is for; "" for whichever is asked
  Place place;                 // where a file says so
  std::string problem = {};    // what is not valid in the row, where such rows are kept
};

// What they are invited with.
struct InvitationTerms {
  const Secret& key;  // of the platform
  // How long an invitation is good for; none: as long as the tenant's setting invitations.expire_days says.
  std::optional<std::int64_t> lifetime_ms;
  std::string link_base;           // a token completes it
  bool links = false;              // whether the links are asked for
  std::string password_hash = {};  // of a temporary password, which must be changed at the first sign-in; "" for none
};

struct Invited {
  struct Person {
    std::string email;
    std::string link;  // "" if not asked for
  };
  struct Present {
    std::string email;
    std::string status;
    std::string remark;  // what a second look would find: "suspended", "the invitation has expired", "without role x"
  };
  std::vector<Person> invited;
  std::vector<Present> unchanged;
  std::int64_t queued_mails = 0;
};

// Invites all of them or none, in one transaction. Existing users stay unchanged. Throws Error(invalid) for roles,
// templates and teams that the tenant does not have, Error(refused) at the limit of seats or of the rights of
// RunRecord::as.
Invited invite(const ExclusiveRun& run, const std::vector<Invitee>& people, const InvitationTerms& terms);

// Completes an invitation; the user's address. Throws Error(refused) for a token that is used, revoked or expired, and
// Error(invalid) for one that is none of this tenant's.
std::string accept(const ExclusiveRun& run, const std::string& token);

// What a statement that writes invitations is given of each.
struct InvitationColumns {
  TextArray emails, ids, nonces, hashes;

  // Returns the token. `id`: of the invitation that is renewed; "" for a new one.
  Secret add(const Secret& key, const std::string& tenant_id, const std::string& email, const std::string& id = "");
};

// The statement that writes invitations and messages for users whom `record` has added, or whose invitation it has
// ended by another address or status, in the same transaction. It skips users who have an invitation, or need none.
Statement invitations_for_added(const std::string& tenant_id, std::span<const std::string> guests, const Secret& key,
                                const RunRecord& record);

}  // namespace acctl
