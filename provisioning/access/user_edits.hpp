// Edits users as a command asks. Pure: each function changes a State that has the users concerned, or throws the reason
// why it cannot.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/access/edit_messages.hpp"
#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// Gives a user another address; `renames` as diff() takes them. Nothing if the user has it already. Throws
// Error(conflict) if it is somebody else's.
void change_address(State& state, Renames& renames, const std::string& email, const std::string& address,
                    const SuggestUsers& near);

// Suspends them.
void deactivate_users(State& state, const std::vector<std::string>& emails, const SuggestUsers& near, Notes& notes);

// Reactivates suspended users: those who had signed up become active, the others invited.
void reactivate_users(State& state, const std::vector<std::string>& emails, const std::set<std::string>& signed_up,
                      const SuggestUsers& near, Notes& notes);

// Removes users permanently. Error(refused) names the roles that somebody still holds, unless they are to be revoked
// with it. Absent users are noted.
void delete_users(State& state, const std::vector<std::string>& emails, bool revoke_roles, Notes& notes);

// Notes what files say without effect: that they end the CRM access of users who are admins in `after`. One note for
// all of them, at the place of the first.
void note_idle_crm_access(const Definitions& definitions, const State& before, const State& after, Notes& notes);

}  // namespace acctl
