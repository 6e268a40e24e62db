// Reconciles users with a directory's list of people. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/access/edit_messages.hpp"
#include "provisioning/access/invitations.hpp"
#include "provisioning/plan/guards.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

// The manager of users that came from a directory: only they are suspended when they are gone from it.
constexpr std::string_view directory_manager = "directory";

struct DirectoryOptions {
  std::vector<Cap> caps;    // on how many of the directory's users may be suspended at once
  bool reactivate = false;  // lets back who is in the list and suspended
  bool replace = false;     // an address that is another person's goes over to the person of the list
};

// Domain of the addresses to which accounts move whose own address is given to somebody else.
constexpr std::string_view released_domain = "@released.invalid";

// A row that is skipped because its address belongs to another person.
struct RowConflict {
  Place place;
  std::string message;  // names both
};

// Makes `state`, which has everybody, what the list says: who is new is added with the roles of their row; who is known
// by external id, else by address, gets the row's address, name, external id and what else the row has; who came from
// the directory and is gone is suspended. Roles of known users stay. An account is never handed over: where the address
// of a row belongs to another user, with another external id than the row's or whoever has that id, the row is a
// conflict; or, with `replace`, that user is suspended under an address of `released_domain`, unless another row means
// them, and the person of the list gets the address, as a new user or as the one who has the external id. Throws
// Error(refused) over the cap, Error(conflict) if two rows mean one user.
std::vector<RowConflict> reconcile(State& state, Renames& renames, const std::vector<Invitee>& people,
                                   const DirectoryOptions& options, Notes& notes);

}  // namespace acctl
