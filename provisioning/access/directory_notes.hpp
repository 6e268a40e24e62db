// What a sync tells the person who runs it, one line for each thing however many people it concerns.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "provisioning/access/edit_messages.hpp"

namespace acctl {

// People by their addresses.
struct DirectoryNotes {
  std::int64_t passed_over = 0;  // inactive people of the list who are not users
  std::vector<std::string> stay_suspended;
  std::vector<std::string> invited_again;
  std::vector<std::string> keep_crm_access;  // admins, against the list
  std::vector<std::string> other_roles;      // than the list names
  std::vector<std::string> other_idp;        // known users whose row has another provider, and no external id
  std::vector<std::string> other_provider;   // of the directory, not in the list, which is that of other providers
  std::set<std::string> owned_elsewhere;     // "users/… (manager …)": changed, though another manager owns it
  std::vector<std::string> spared;           // who are not in the list, unless a row that was skipped is theirs

  void tell(Notes& notes) const;
};

}  // namespace acctl
