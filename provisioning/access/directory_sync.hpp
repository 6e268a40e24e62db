// Reconciles users with a directory's list of people. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/access/directory_addresses.hpp"
#include "provisioning/access/edit_messages.hpp"
#include "provisioning/access/invitations.hpp"
#include "provisioning/plan/guards.hpp"
#include "provisioning/plan/overlay.hpp"

namespace acctl {

struct DirectoryOptions {
  std::vector<Cap> caps;    // on how many of the directory's users may be suspended at once
  bool reactivate = false;  // lets back who is in the list and suspended
  bool replace = false;     // an address that is another person's goes over to the person of the list
  // Suspended users who have signed up at some time, by their addresses before: the others become invited again.
  std::set<std::string> signed_up = {};
  // Users of the directory who have another manager now, such as that of files, by their addresses before.
  std::set<std::string> taken_over = {};
};

// Why a row cannot be carried out: its address belongs to another person, whom the message names, too; another row
// refers to the same user; it names a role, template or team that does not exist; or a value of it is not valid.
enum class RowFault { address, person, reference, value };

// A row that is skipped.
struct RowConflict {
  Place place;
  std::string message;
  RowFault fault = RowFault::address;
};

// Makes `state`, which has everybody, what the list says: who is new is added with the roles and teams of their row;
// who is known by external id, else by address, gets the row's address, name, external id and what else the row has,
// its teams in place of the former ones; who came from the directory, of a provider that the list names, and is
// gone, or is inactive there, is suspended, also if another manager has taken them over since.
// Roles of known users stay, as does the CRM access of admins, and who is unknown and inactive is passed over. A row
// with Invitee::problem is a conflict. If a row that is one refers to no user, nobody is suspended for being gone. The
// order of the rows does not matter: addresses move all at once, in chains and circles, too. Roles, templates and teams
// that do not exist, and two rows for one user, are conflicts. An account is never handed over: where the address of a
// row belongs to another user, with another external id than the row's or whoever has that id, the row is a conflict;
// or, with `replace`, that user is suspended under an address of `released_domain`, unless another row means them, and
// the person of the list gets the address, as a new user or as the one who has the external id. Throws Error(refused)
// over the cap.
std::vector<RowConflict> reconcile(State& state, Renames& renames, const std::vector<Invitee>& people,
                                   const DirectoryOptions& options, Notes& notes);

}  // namespace acctl
