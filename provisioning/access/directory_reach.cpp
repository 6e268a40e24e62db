#include "provisioning/access/directory_reach.hpp"

#include "provisioning/access/object_edits.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

DirectoryReach::DirectoryReach(const std::vector<Invitee>& people, const std::set<std::string>& taken_over)
    : taken_over_(taken_over) {
  for (const Invitee& person : people) {
    if (person.idp != "local" || !person.external_id.empty()) providers_.insert(person.idp);
  }
}

bool DirectoryReach::is_of_directory(const std::string& email, const Object& user) const {
  if (user.status == "suspended") return false;
  return user.manager == directory_manager || taken_over_.contains(email);
}

// Who has no id, and no provider but ours, may be in any list.
bool DirectoryReach::is_of_other_provider(const Object& user) const {
  const std::string idp = find_field_text(user, "idp");
  if (providers_.empty() || providers_.contains(idp)) return false;
  return (!idp.empty() && idp != "local") || !find_field_text(user, "external_id").empty();
}

const std::string& MissingReferences::describe(const char* kind, const std::string& key) {
  std::string& words = words_[{kind, key}];
  if (!words.empty()) return words;
  std::vector<std::string> keys;
  for (const auto& [known, object] : all_of_kind(state_, kind)) keys.push_back(known);
  words = "there is no " + to_noun(kind) + " '" + key + "'" + did_you_mean(key, keys);
  return words;
}

std::string MissingReferences::describe(const Invitee& person) {
  std::string all;
  const auto look = [&](const char* kind, const std::string& key) {
    if (find_object(state_, kind, key) == nullptr) all += (all.empty() ? "" : "; ") + describe(kind, key);
  };
  for (const std::string& role : person.roles) look("roles", role);
  if (!person.role_template.empty()) look("role_templates", person.role_template);
  for (const std::string& team : person.teams) look("teams", team);
  return all;
}

}  // namespace acctl
