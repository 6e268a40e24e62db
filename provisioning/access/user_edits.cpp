#include "provisioning/access/user_edits.hpp"

#include <tuple>

#include "provisioning/base/text.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/effects.hpp"
#include "provisioning/plan/grants.hpp"

namespace acctl {

void change_address(State& state, Renames& renames, const std::string& email, const std::string& address,
                    const SuggestUsers& near) {
  const bool there = find_object(state, "users", address) != nullptr;
  if (find_object(state, "users", email) == nullptr && there) return;  // done before
  require_users(state, {email}, near);
  if (email == address) return;
  if (there) {
    throw Error(ErrorKind::conflict,
                email + " cannot become " + address + ": there is already a user with that address");
  }
  Change change{.action = Action::change, .kind = "users", .key = address};
  change.fields["key"] = {email, address};
  state = changed(std::move(state), {change});
  renames["users"][address] = email;
}

void deactivate_users(State& state, const std::vector<std::string>& emails, const SuggestUsers& near, Notes& notes) {
  require_users(state, emails, near);
  for (const std::string& email : emails) {
    Interned& status = state["users"][email].status;
    if (status == "suspended") notes.add(email + " is already suspended");
    status = "suspended";
  }
}

void reactivate_users(State& state, const std::vector<std::string>& emails, const std::set<std::string>& signed_up,
                      const SuggestUsers& near, Notes& notes) {
  require_users(state, emails, near);
  for (const std::string& email : emails) {
    Interned& status = state["users"][email].status;
    if (status != "suspended") {
      notes.add(email + " is already " + status);
      continue;
    }
    status = signed_up.contains(email) ? "active" : "invited";
    if (status == "invited") notes.add(email + " has never signed up and gets a new invitation");
  }
}

void note_idle_crm_access(const Definitions& definitions, const State& before, const State& after, Notes& notes) {
  const auto users = definitions.objects.find("users");
  if (users == definitions.objects.end()) return;
  std::vector<std::string> idle;
  const Place* first = nullptr;
  for (const auto& [email, declaration] : users->second) {
    const auto declared = declaration.fields.find("crm_access");
    if (declared == declaration.fields.end() || declared->second.value != false || !is_admin(after, email)) continue;
    // Reported until the files have said so once, even if the value was false before.
    const Object* user = find_object(before, "users", email);
    const bool said = user != nullptr && user->manager == definitions.manager && is_admin(before, email) &&
                      user->fields.contains("crm_access") && user->fields.at("crm_access") == false;
    if (said) continue;
    const Place& place = declared->second.place;
    if (first == nullptr || std::tie(place.file, place.line) < std::tie(first->file, first->line)) first = &place;
    idle.push_back(email);
  }
  if (idle.empty()) return;
  notes.add(first->file + ":" + std::to_string(first->line) + ": crm_access: false has no effect for " +
            enumerated(idle, 3) + ": admins always have CRM access");
}

void delete_users(State& state, const std::vector<std::string>& emails, bool revoke_roles, Notes& notes) {
  for (const std::string& email : emails) {
    if (find_object(state, "users", email) == nullptr) {
      notes.add("there is no user " + email);
      continue;
    }
    const std::vector<std::string> roles = roles_held(state, email);
    if (!roles.empty() && !revoke_roles) {
      throw Error(ErrorKind::refused,
                  "refused: " + email + " still holds the role" + (roles.size() == 1 ? " " : "s ") + join(roles),
                  "Revoke them first, or delete with --revoke-roles. 'acctl user deactivate' keeps the history.");
    }
    remove_object(state, "users", email);
  }
}

}  // namespace acctl
