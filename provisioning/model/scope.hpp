// The part of a tenant that an edit reads. What is not read cannot be removed.
#pragma once

#include <set>
#include <string>

namespace acctl {

struct Scope {
  std::set<std::string> kinds;  // whole, with their lists; members only as below. "users" is never among them
  std::string manager;          // of other kinds what this manager owns, users too; "" for nothing
  bool everybody = false;       // all users and all memberships
  std::set<std::string> users;  // e-mail addresses in lower case, with roles and permissions
  std::set<std::string> holders_of_roles;             // users who hold one of these roles, in the same way
  std::set<std::string> holders_of_templates;         // role templates, in the same way
  std::set<std::string> holders_of_permissions = {};  // in whatever way they hold them
  std::set<std::string> teams;                        // teams whose members are read
  bool all_members = false;                           // those of all teams
  bool keys = false;                                  // API keys with grants of their own, and their users and makers
  bool memberships = false;  // in which of the teams that are read `users` are, and the manager's users
};

// All configuration, no people.
Scope configuration_scope();

}  // namespace acctl
