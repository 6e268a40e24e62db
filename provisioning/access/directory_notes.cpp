#include "provisioning/access/directory_notes.hpp"

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

// "bea@x.example is …", or "12 people are …: a@x.example, … and 2 more".
void tell_people(Notes& notes, const std::vector<std::string>& people, const std::string& of_one,
                 const std::string& of_several) {
  constexpr std::size_t most = 10;
  if (people.size() == 1) notes.add(people.front() + of_one);
  if (people.size() < 2) return;
  notes.add(std::to_string(people.size()) + " people" + of_several + ": " + enumerated(people, most));
}

}  // namespace

void DirectoryNotes::tell(Notes& notes) const {
  if (passed_over > 0) {
    notes.add(std::to_string(passed_over) + (passed_over == 1
                                                 ? " inactive person of the list is not a user and was not invited"
                                                 : " inactive people of the list are not users and were not invited"));
  }
  tell_people(notes, stay_suspended, " is in the list but suspended; --reactivate reactivates such users",
              " are in the list but suspended; --reactivate reactivates such users");
  tell_people(notes, invited_again, " has never signed up and gets a new invitation",
              " have never signed up and get new invitations");
  tell_people(notes, keep_crm_access, " is an admin and keeps CRM access, whatever the list says",
              " are admins and keep CRM access, whatever the list says");
  tell_people(notes, other_roles, " keeps other roles than the list names; see 'acctl role grant' and 'role revoke'",
              " keep other roles than the list names; see 'acctl role grant' and 'role revoke'");
  tell_people(notes, other_idp, " keeps the identity provider; a row changes it together with the external ID",
              " keep the identity provider; a row changes it together with the external ID");
  tell_people(notes, other_provider, " is not in the list and stays; the list names other identity providers",
              " are not in the list and stay; the list names other identity providers");
  if (!owned_elsewhere.empty()) {
    constexpr std::size_t most = 10;
    notes.add("the list changes what other managers own, whose next apply may change it back: " +
              enumerated({owned_elsewhere.begin(), owned_elsewhere.end()}, most));
  }
  tell_people(notes, spared, " is not in the list and stays; a row that was skipped may be theirs",
              " are not in the list and stay; a row that was skipped may be theirs");
}

}  // namespace acctl
