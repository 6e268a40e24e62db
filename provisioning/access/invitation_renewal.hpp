// Invites people again who have not signed up, set-based like the first invitation.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/invitations.hpp"

namespace acctl {

// Whose invitations are renewed: those of the users named, or of all users with the status invited who have no valid
// invitation any more, or of all of them.
enum class Waiting { named, expired, invited };
struct ResendTo {
  Waiting who = Waiting::named;
  std::vector<std::string> emails = {};  // of Waiting::named, each once
};

// How many they are now, of those who are not named.
std::size_t count_waiting(Connection& tenant, Waiting who);

// Creates new tokens for the same users, all of them or none, in one transaction; the old links stop working. Throws
// Error(conflict) if a user has signed up or is suspended, Error(invalid) if there is none.
std::vector<Invited::Person> resend(const ExclusiveRun& run, const ResendTo& to, const InvitationTerms& terms);

}  // namespace acctl
