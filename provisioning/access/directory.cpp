#include "provisioning/access/directory.hpp"

#include <unordered_map>
#include <unordered_set>

#include "provisioning/access/user_edits.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

std::string text(const Object& user, const std::string& field) {
  const auto value = user.fields.find(field);
  return value == user.fields.end() ? "" : value->second.get<std::string>();
}

std::string external_key(const std::string& idp, const std::string& id) { return idp + "\n" + id; }

class Reconciliation {
 public:
  Reconciliation(State& state, Renames& renames, const DirectoryOptions& options, Notes& notes)
      : state_(state), renames_(renames), options_(options), notes_(notes) {
    for (const auto& [email, user] : state_["users"]) {
      if (const std::string id = text(user, "external_id"); !id.empty()) {
        by_id_[external_key(text(user, "idp"), id)] = email;
      }
    }
  }

  void run(const std::vector<Invitee>& people) {
    for (const Invitee& person : people) {
      const std::string known = match(person);
      if (known.empty()) {
        add(person);
      } else {
        update(known, person);
      }
      listed_.insert(person.email);
    }
    suspend_gone();
  }

 private:
  // The address of the user that the row means; "" for somebody new.
  std::string match(const Invitee& person) {
    std::string email;
    if (!person.external_id.empty()) {
      const auto found = by_id_.find(external_key(person.idp, person.external_id));
      if (found != by_id_.end()) email = found->second;
    }
    if (email.empty() && state_["users"].contains(person.email)) email = person.email;
    if (!email.empty() && !matched_.insert(email).second) {
      throw Error(ErrorKind::conflict, "two rows mean " + email + ": the second is " + person.email,
                  "Correct the external ids or the addresses of the list.");
    }
    return email;
  }

  void add(const Invitee& person) {
    Object& user = state_["users"][person.email];
    user.status = "invited";
    user.manager = directory_manager;
    user.place = person.place;
    user.fields["idp"] = person.idp;
    user.fields["crm_access"] = person.crm_access;
    set_details(user, person);
    for (const std::string& role : person.roles) {
      state_["user_roles"][edge_key(person.email, role)].place = person.place;
    }
  }

  void update(const std::string& known, const Invitee& person) {
    if (known != person.email) change_address(state_, renames_, known, person.email, {});
    Object& user = state_["users"][person.email];
    user.place = person.place;
    if (user.manager.empty()) user.manager = directory_manager;
    if (person.crm_access) user.fields["crm_access"] = true;
    if (!person.external_id.empty()) user.fields["idp"] = person.idp;
    set_details(user, person);
    if (user.status != "suspended") return;
    if (options_.reactivate) {
      user.status = "active";
    } else {
      notes_.add(person.email + " is in the list and suspended; --reactivate lets such users back");
    }
  }

  static void set_details(Object& user, const Invitee& person) {
    if (!person.name.empty()) user.fields["name"] = person.name;
    if (!person.external_id.empty()) user.fields["external_id"] = person.external_id;
    if (!person.role_template.empty()) user.fields["role_template"] = person.role_template;
    if (person.session_hours) user.fields["session_hours"] = *person.session_hours;
  }

  void suspend_gone() {
    Removal removal;
    for (auto& [email, user] : state_["users"]) {
      if (user.manager != directory_manager || user.status == "suspended") continue;
      ++removal.of;
      if (listed_.contains(email)) continue;
      ++removal.removed;
      user.status = "suspended";
    }
    const auto reasons = excessive({{"users of the directory", removal}}, options_.caps);
    if (reasons.empty()) return;
    throw Error(ErrorKind::refused, "refused: " + reasons.front(),
                "Is the list whole? Where this is meant, loosen with --max-removals.");
  }

  State& state_;
  Renames& renames_;
  const DirectoryOptions& options_;
  Notes& notes_;
  std::unordered_map<std::string, std::string> by_id_;
  std::unordered_set<std::string> matched_;
  std::unordered_set<std::string> listed_;
};

}  // namespace

void reconcile(State& state, Renames& renames, const std::vector<Invitee>& people, const DirectoryOptions& options,
               Notes& notes) {
  Reconciliation(state, renames, options, notes).run(people);
}

}  // namespace acctl
