// Reconciling users with a directory's list of people. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/invitations.hpp"
#include "provisioning/access/notes.hpp"
#include "provisioning/plan/guards.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// The manager of users that came from a directory: only they are suspended when they are gone from it.
constexpr std::string_view directory_manager = "directory";

struct DirectoryOptions {
  std::vector<Cap> caps;    // on how many of the directory's users may be suspended at once
  bool reactivate = false;  // lets back who is in the list and suspended
};

// Makes `state`, which has everybody, what the list says: who is new is added with the roles of their row; who is known
// by external id, else by address, gets the row's address, name, external id and what else the row has; who came from
// the directory and is gone is suspended. Roles of known users stay. Throws Error(refused) over the cap,
// Error(conflict) where two rows mean one user.
void reconcile(State& state, Renames& renames, const std::vector<Invitee>& people, const DirectoryOptions& options,
               Notes& notes);

}  // namespace acctl
