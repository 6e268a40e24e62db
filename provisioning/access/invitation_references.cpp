#include "provisioning/access/invitation_references.hpp"

#include <algorithm>

#include "provisioning/access/invitations.sql.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/plan/base_roles.hpp"

namespace acctl {

InvitationReferences::InvitationReferences(Connection& tenant) : tenant_(tenant) {
  for (const Row row : tenant.query(sql::known_keys)) {
    known_[row.text(0)].emplace_back(row.view(1));
    if (row.view(2) == "enterprise") enterprise_.emplace(row.view(1));
    if (row.boolean(3)) base_.emplace_back(row.view(1));
    if (row.boolean(4)) base_of_users_.emplace_back(row.view(1));
  }
}

std::vector<Invitee> InvitationReferences::with_base_role(const std::vector<Invitee>& people) const {
  const auto lacks = [&](const Invitee& person) { return !names_base_role(base_, person.roles); };
  if (base_of_users_.size() != 1 || std::ranges::none_of(people, lacks)) return {};
  std::vector<Invitee> completed = people;
  for (Invitee& person : completed) {
    if (lacks(person)) person.roles.push_back(base_of_users_.front());
  }
  return completed;
}

void InvitationReferences::check(std::span<const Invitee> people) {
  refuse_enterprise_roles(people);
  for (const Invitee& person : people) {
    for (const std::string& role : person.roles) look("role", role, person);
    if (!person.role_template.empty()) look("role template", person.role_template, person);
    for (const std::string& team : person.teams) look("team", team, person);
  }
  finish("the file names objects that the tenant does not have; nothing was changed");
}

// Whoever is a user already is not given any role, so that a list of them may say which they have.
void InvitationReferences::refuse_enterprise_roles(std::span<const Invitee> people) {
  std::map<std::string, std::string> asked;  // address -> role
  for (const Invitee& person : people) {
    const auto role = std::ranges::find_if(person.roles, [&](const auto& key) { return is_of_enterprise(key); });
    if (role != person.roles.end()) asked.emplace(person.email, *role);
  }
  if (asked.empty()) return;
  TextArray emails;
  for (const auto& [email, role] : asked) emails.add(email);
  const Rows present = tenant_.query(sql::people_present, {emails.literal()});
  for (int row = 0; row < present.size(); ++row) asked.erase(std::string(present.text(row, 0)));
  if (asked.empty()) return;
  const auto& [email, role] = *asked.begin();
  throw Error(ErrorKind::refused,
              "refused: role " + role + " reaches the entire enterprise and is not granted in one tenant",
              "Invite without it; then: acctl enterprise grant ENTERPRISE " + email + " " + role);
}

void InvitationReferences::check_base_role(const Invitee& person) {
  std::string problem = base_role_problem(person.email, base_, person.roles);
  if (!problem.empty()) complain(person, std::move(problem));
}

void InvitationReferences::require_base_roles() {
  finish("the file does not give every user one base role; nothing was changed");
}

void InvitationReferences::look(const std::string& noun, const std::string& key, const Invitee& person) {
  const std::vector<std::string>& keys = known_[noun];
  if (std::ranges::find(keys, key) != keys.end() || problems_.size() >= problem_limit) return;
  complain(person, "there is no " + noun + " '" + key + "'" + did_you_mean(key, keys));
}

void InvitationReferences::complain(const Invitee& person, std::string sentence) {
  if (problems_.size() >= problem_limit) return;
  problems_.push_back({person.place.file, person.place.line, person.place.column, std::move(sentence)});
}

void InvitationReferences::finish(const std::string& what) {
  if (problems_.empty()) return;
  if (problems_.front().line > 0) throw Error(ErrorKind::invalid, what, "", std::move(problems_));
  throw Error(ErrorKind::invalid, problems_.front().message);
}

}  // namespace acctl
