#include "provisioning/access/directory_sync.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "provisioning/base/digest.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"

namespace acctl {

namespace {

std::string text_field(const Object& user, const std::string& field) {
  const auto value = user.fields.find(field);
  return value == user.fields.end() ? "" : value->second.get<std::string>();
}

// Nobody receives mail there, and the same account gets the same one.
std::string released_address(const std::string& email, const std::string& idp, const std::string& id) {
  Digest digest;
  for (const std::string& part : {email, idp, id}) digest.add(part);
  constexpr std::size_t most = 40;
  const std::string local = email.substr(0, std::min(email.find('@'), most));
  return local + "-" + digest.hex().substr(0, 12) + std::string(released_domain);
}

std::string external_key(const std::string& idp, const std::string& id) { return idp + "\n" + id; }

class Reconciliation {
 public:
  Reconciliation(State& state, Renames& renames, const DirectoryOptions& options, Notes& notes)
      : state_(state), renames_(renames), options_(options), notes_(notes) {
    for (const auto& [email, user] : state_["users"]) {
      if (is_ours(user)) ++before_;
      if (const std::string id = text_field(user, "external_id"); !id.empty()) {
        by_id_[external_key(text_field(user, "idp"), id)] = email;
      }
    }
  }

  std::vector<RowConflict> run(const std::vector<Invitee>& people) {
    match_by_id(people);
    match_by_address(people);
    move(people);
    for (const Invitee& person : people) {
      if (refused_.contains(&person)) continue;
      if (known_.contains(&person)) {
        update(person);
      } else {
        add(person);
      }
      listed_.insert(person.email);
    }
    suspend_gone();
    return std::move(conflicts_);
  }

 private:
  // The users whom a list may suspend.
  static bool is_ours(const Object& user) { return user.manager == directory_manager && user.status != "suspended"; }

  // The user to whom a row refers; at most one row refers to a user.
  void match(const Invitee& person, const std::string& email) {
    known_.emplace(&person, email);
    if (matched_.insert(email).second) return;
    throw Error(ErrorKind::conflict, "two rows refer to " + email + ": the second is " + person.email,
                "Correct the external ids or the addresses in the list.");
  }

  void match_by_id(const std::vector<Invitee>& people) {
    for (const Invitee& person : people) {
      if (person.external_id.empty()) continue;
      const auto found = by_id_.find(external_key(person.idp, person.external_id));
      if (found == by_id_.end()) continue;
      match(person, found->second);
      if (found->second != person.email) movers_.emplace(found->second, &person);
    }
  }

  // Repeated after each refusal: users who keep their address do not free it for anybody else.
  void match_by_address(const std::vector<Invitee>& people) {
    for (std::size_t refused = refused_.size() + 1; refused != refused_.size();) {
      refused = refused_.size();
      for (const Invitee& person : people) match_by_address(person);
    }
  }

  // An address that somebody else has, and keeps, says nothing about who a person is.
  void match_by_address(const Invitee& person) {
    if (refused_.contains(&person) || releases_.contains(person.email)) return;
    if (movers_.contains(person.email)) {
      // Without an id the address identifies the person.
      if (person.external_id.empty()) match(person, person.email);
      return;
    }
    const auto holder = state_["users"].find(person.email);
    if (holder == state_["users"].end()) return;
    const auto known = known_.find(&person);
    const bool is_known = known != known_.end();
    if (is_known && known->second == person.email) return;
    const std::string id = text_field(holder->second, "external_id");
    if (!is_known && (person.external_id.empty() || id.empty())) return match(person, person.email);
    if (!options_.replace || matched_.contains(person.email)) return refuse(person, holder->second);
    releases_.emplace(person.email, released_address(person.email, text_field(holder->second, "idp"), id));
  }

  // Skips the row; both users that it concerns stay unchanged.
  void refuse(const Invitee& person, const Object& holder) {
    refused_.insert(&person);
    const auto identity = [](const std::string& idp, const std::string& id) {
      return id.empty() ? "no external id" : "external id '" + abbreviated(id) + "' of " + idp;
    };
    std::string message = person.email + " is the address of a user with " +
                          identity(text_field(holder, "idp"), text_field(holder, "external_id")) +
                          "; the list gives it to a person with " + identity(person.idp, person.external_id);
    listed_.insert(person.email);
    if (const auto known = known_.find(&person); known != known_.end()) {
      message += ", the user " + known->second;
      listed_.insert(known->second);
      movers_.erase(known->second);
    }
    conflicts_.push_back({person.place, std::move(message)});
  }

  // All at once: a person can get the address that another one gives up, also in a cycle.
  void move(const std::vector<Invitee>& people) {
    std::vector<Change> moves;
    const auto add_move = [&](const std::string& from, const std::string& to) {
      moves.push_back({.action = Action::change, .kind = "users", .key = to, .fields = {{"key", {from, to}}}});
      renames_["users"][to] = from;
    };
    for (const auto& [from, to] : releases_) add_move(from, to);
    for (const Invitee& person : people) {
      const auto known = known_.find(&person);
      if (known != known_.end() && movers_.contains(known->second)) add_move(known->second, person.email);
    }
    if (moves.empty()) return;
    state_ = changed(std::move(state_), moves);
    for (const auto& [from, to] : releases_) release(from, to);
  }

  void release(const std::string& from, const std::string& to) {
    Object& user = state_["users"][to];
    if (user.status != "suspended") {
      ++replaced_;
      if (user.manager != directory_manager) ++before_;  // a list with other ids than all users have is a mistake, too
    }
    user.status = "suspended";
    notes_.add("the old account of " + from + " is suspended and kept as " + to);
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

  void update(const Invitee& person) {
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
      notes_.add(person.email + " is in the list but suspended; --reactivate reactivates such users");
    }
  }

  static void set_details(Object& user, const Invitee& person) {
    if (!person.name.empty()) user.fields["name"] = person.name;
    if (!person.external_id.empty()) user.fields["external_id"] = person.external_id;
    if (!person.role_template.empty()) user.fields["role_template"] = person.role_template;
    if (person.session_hours) user.fields["session_hours"] = *person.session_hours;
  }

  void suspend_gone() {
    // The share refers to the users before the run: new people in the list do not raise it.
    Removal removal{.removed = replaced_, .of = before_};
    for (auto& [email, user] : state_["users"]) {
      if (!is_ours(user) || listed_.contains(email)) continue;
      ++removal.removed;
      user.status = "suspended";
    }
    const auto reasons = excessive({{"users of the directory", removal}}, options_.caps);
    if (reasons.empty()) return;
    throw Error(ErrorKind::refused, "refused: " + reasons.front(),
                "Is the list complete? If this is intended, raise the limit with --max-removals.");
  }

  State& state_;
  Renames& renames_;
  const DirectoryOptions& options_;
  Notes& notes_;
  std::int64_t before_ = 0;  // users of the directory who were not suspended
  std::unordered_map<std::string, std::string> by_id_;
  std::unordered_set<std::string> matched_;
  std::unordered_set<std::string> listed_;
  std::map<const Invitee*, std::string> known_;   // the user that a row means, by the address so far
  std::map<std::string, const Invitee*> movers_;  // who gets another address
  std::map<std::string, std::string> releases_;   // addresses that are taken from their users
  std::set<const Invitee*> refused_;
  std::vector<RowConflict> conflicts_;
  std::int64_t replaced_ = 0;
};

}  // namespace

std::vector<RowConflict> reconcile(State& state, Renames& renames, const std::vector<Invitee>& people,
                                   const DirectoryOptions& options, Notes& notes) {
  return Reconciliation(state, renames, options, notes).run(people);
}

}  // namespace acctl
