#include "provisioning/access/directory_sync.hpp"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "provisioning/access/directory_addresses.hpp"
#include "provisioning/access/directory_notes.hpp"
#include "provisioning/access/directory_reach.hpp"
#include "provisioning/access/identity_index.hpp"
#include "provisioning/access/memberships.hpp"
#include "provisioning/access/object_edits.hpp"
#include "provisioning/model/identity_providers.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/base_roles.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/effects.hpp"
#include "provisioning/plan/grants.hpp"

namespace acctl {

namespace {

class Reconciliation {
 public:
  Reconciliation(State& state, Renames& renames, const std::vector<Invitee>& people, const DirectoryOptions& options,
                 Notes& notes)
      : state_(state),
        users_(state["users"]),
        renames_(renames),
        people_(people),
        options_(options),
        notes_(notes),
        reach_(people, options.taken_over),
        known_(people.size()) {
    for (const auto& [email, user] : users_) {
      if (reach_.reaches(email, user)) ++before_;
    }
  }

  std::vector<RowConflict> run() {
    const std::vector<Invitee>& people = people_;
    for (const Invitee& person : people) by_address_.emplace(person.email, &person);
    for (const Invitee& person : people) {
      if (!person.problem.empty()) set_aside(person);
    }
    for (const Invitee& person : people) match_by_id(person);
    for (const Invitee& person : people) require_references(person);
    for (const Invitee& person : people) match_by_address(person);
    while (!open_.empty()) {
      const Invitee* person = open_.back();
      open_.pop_back();
      match_by_address(*person);
    }
    move(people);
    for (const Invitee& person : people) {
      if (refused_.contains(&person)) continue;
      if (!find_known(person).empty()) {
        update(person);
      } else if (is_inactive(person)) {
        ++reported_.passed_over;
      } else if (std::string problem = base_role_problem(person.email, base_, roles_for(person)); !problem.empty()) {
        refuse(person, std::move(problem), RowFault::reference);
      } else {
        add(person);
      }
      listed_.insert(person.email);
    }
    suspend_gone();
    reported_.tell(notes_);
    std::ranges::sort(conflicts_, {}, [](const RowConflict& one) { return one.place.line; });
    return std::move(conflicts_);
  }

 private:
  static bool is_inactive(const Invitee& person) { return person.active == false; }

  std::size_t index_of(const Invitee& person) const { return static_cast<std::size_t>(&person - people_.data()); }

  // The user whom a row means, by the address so far; "" for nobody.
  std::string_view find_known(const Invitee& person) const { return known_[index_of(person)]; }

  // `email` for as long as this reconciliation lasts: mostly it stands in the row itself.
  std::string_view keep(const Invitee& person, const std::string& email) {
    return email == person.email ? std::string_view(person.email) : kept_.emplace_back(email);
  }

  void note_listed(const Invitee& person, const std::string& email) {
    if (!listed_.contains(email)) listed_.insert(keep(person, email));
  }

  // The user to whom a row refers; at most one row refers to a user.
  void match(const Invitee& person, const std::string& email) {
    const auto [first, fresh] = matched_.emplace(keep(person, email), &person);
    if (fresh) {
      known_[index_of(person)] = first->first;
      return;
    }
    const Invitee& other = *first->second;
    const auto also = [&](const Invitee& one) {
      return "two rows refer to " + email + ": the other one is " + one.email +
             (one.place.line > 0 ? ", in line " + std::to_string(one.place.line) : "");
    };
    note_listed(person, email);
    refuse(person, also(other));
    refuse(other, also(person));
  }

  // A row that is not valid changes nobody, and still says who is in the list.
  void set_aside(const Invitee& person) {
    const std::string missing = missing_.describe(person);
    refuse(person, missing.empty() ? person.problem : person.problem + "; " + missing, RowFault::value);
    std::string user = person.external_id.empty() ? "" : by_id_.find(person.idp, person.external_id);
    if (user.empty() && users_.contains(person.email)) user = person.email;
    if (user.empty()) return;
    match(person, user);
    note_listed(person, user);
  }

  void match_by_id(const Invitee& person) {
    if (!person.problem.empty()) return;
    const std::string user = person.external_id.empty() ? "" : by_id_.find(person.idp, person.external_id);
    if (user.empty()) return;
    match(person, user);
    if (user != person.email && !refused_.contains(&person)) movers_.emplace(user, &person);
  }

  void require_references(const Invitee& person) {
    const std::string missing = refused_.contains(&person) ? "" : missing_.describe(person);
    if (!missing.empty()) refuse(person, person.email + ": " + missing, RowFault::reference);
  }

  // Of somebody new, with the tenant's default base role if the row names none.
  std::vector<std::string> roles_for(const Invitee& person) const {
    std::vector<std::string> roles = person.roles;
    if (!default_base_.empty() && !names_base_role(base_, roles)) roles.push_back(default_base_);
    return roles;
  }

  // An address that somebody else has, and keeps, says nothing about who a person is. Asked again when the user who was
  // to leave the address stays.
  void match_by_address(const Invitee& person) {
    if (refused_.contains(&person) || releases_.contains(person.email)) return;
    if (movers_.contains(person.email)) {
      // Without an id the address identifies the person.
      if (person.external_id.empty()) match(person, person.email);
      return;
    }
    const auto holder = users_.find(person.email);
    if (holder == users_.end()) return;
    const std::string_view known = find_known(person);
    const bool is_known = !known.empty();
    if (known == person.email) return;
    const std::string id = find_field_text(holder->second, "external_id");
    if (!is_known && (person.external_id.empty() || id.empty())) return match(person, person.email);
    if (!is_known && is_inactive(person)) return;  // nobody is to get the address
    if (!options_.replace || matched_.contains(person.email)) {
      return refuse(person, describe_address_conflict(person, holder->second, known), RowFault::address);
    }
    releases_.emplace(person.email, released_address(person.email, find_field_text(holder->second, "idp"), id));
  }

  // Skips the row; all users whom it concerns stay unchanged. Who was to get the address that one of them leaves is
  // looked at again.
  void refuse(const Invitee& person, std::string message, RowFault fault = RowFault::person) {
    if (!refused_.insert(&person).second) return;
    listed_.insert(person.email);
    releases_.erase(person.email);
    if (const std::string known(find_known(person)); !known.empty()) {
      note_listed(person, known);
      movers_.erase(known);
      const auto next = by_address_.find(known);
      if (next != by_address_.end()) open_.push_back(next->second);
    }
    conflicts_.push_back({person.place, std::move(message), fault});
  }

  // All at once: one may get the address that another leaves, also round in a circle.
  void move(const std::vector<Invitee>& people) {
    std::vector<Change> moves;
    const auto add_move = [&](const std::string& from, const std::string& to) {
      moves.push_back({.action = Action::change, .kind = "users", .key = to, .fields = {{"key", {from, to}}}});
      renames_["users"][to] = from;
    };
    for (const auto& [from, to] : releases_) add_move(from, to);
    for (const Invitee& person : people) {
      const std::string known(find_known(person));
      if (movers_.contains(known)) add_move(known, person.email);
    }
    if (moves.empty()) return;
    state_ = changed(std::move(state_), moves);
    for (const auto& [from, to] : releases_) release(from, to);
  }

  void release(const std::string& from, const std::string& to) {
    Object& user = state_["users"][to];
    if (user.status != "suspended") {
      ++replaced_;
      if (!reach_.reaches(from, user)) ++before_;  // a list with other ids than all users have is a mistake, too
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
    user.fields["crm_access"] = person.crm_access.value_or(false);
    set_details(user, person);
    for (const std::string& role : roles_for(person)) {
      state_["user_roles"][edge_key(person.email, role)].place = person.place;
    }
    for (const std::string& team : person.teams) join_team(person, team);
  }

  // Of users as they are: what is not changed stays what the state before the run has, without a copy.
  void update(const Invitee& person) {
    const Object& present = all_of_kind(state_, "users").at(person.email);
    Object user = present;
    update(person, user);
    const bool same = user.status == present.status && user.manager == present.manager && user.fields == present.fields;
    if (same && find_known(person) == person.email) return;
    if (is_owned_elsewhere(present)) note_owned("users/" + person.email, present);
    user.place = person.place;
    users_after()[person.email] = std::move(user);
  }

  void update(const Invitee& person, Object& user) {
    const bool counted = reach_.reaches(std::string(find_known(person)), user);
    if (user.manager.empty()) user.manager = directory_manager;
    if (person.crm_access) set_crm_access(person, user);
    if (person.names_roles && names_other_roles(person)) reported_.other_roles.push_back(person.email);
    if (!person.external_id.empty()) {
      user.fields.set("idp", person.idp);
    } else if (person.names_idp && find_field_text(user, "idp") != person.idp) {
      reported_.other_idp.push_back(person.email);
    }
    set_details(user, person);
    if (!person.teams.empty()) set_teams(person);
    if (is_inactive(person)) {
      if (user.status != "suspended") {
        ++replaced_;
        if (!counted) ++before_;
      }
      user.status = "suspended";
    } else if (user.status == "suspended") {
      let_back(person, user);
    }
  }

  void let_back(const Invitee& person, Object& user) {
    if (!options_.reactivate) return reported_.stay_suspended.push_back(person.email);
    user.status = options_.signed_up.contains(std::string(find_known(person))) ? "active" : "invited";
    if (user.status == "invited") reported_.invited_again.push_back(person.email);
  }

  Objects& users_after() { return state_["users"]; }

  // Admins always have it: what a list says of them, be it our own, is no wish.
  void set_crm_access(const Invitee& person, Object& user) {
    const ObjectFields& fields = user.fields;
    const auto flag = fields.find("crm_access");
    const bool same = flag != fields.end() && flag->second == *person.crm_access;
    // An admin has access without the flag, too, unless suspended: `user list` then shows what the flag says.
    if (same && (*person.crm_access || user.status == "suspended")) return;
    if (!is_admin(state_, person.email)) {
      if (!same) user.fields["crm_access"] = *person.crm_access;
    } else if (!*person.crm_access) {
      reported_.keep_crm_access.push_back(person.email);
    }
  }

  bool names_other_roles(const Invitee& person) const {
    std::vector<std::string> named = person.roles;
    std::vector<std::string> held = roles_held(state_, person.email);
    std::ranges::sort(named);
    std::ranges::sort(held);
    return named != held;
  }

  static void set_details(Object& user, const Invitee& person) {
    if (!person.name.empty()) user.fields.set("name", person.name);
    if (!person.external_id.empty()) {
      // Another spelling of the same id is no change.
      const bool same = comparable_id(person.idp, find_field_text(user, "external_id")) ==
                        comparable_id(person.idp, person.external_id);
      if (!same) user.fields["external_id"] = person.external_id;
    }
    if (!person.role_template.empty()) user.fields.set("role_template", person.role_template);
    if (person.session_hours) user.fields.set("session_hours", *person.session_hours);
  }

  void set_teams(const Invitee& person) {
    if (!memberships_) memberships_.emplace(state_);
    for (const std::string& team : memberships_->find_teams(person.email)) {
      if (std::ranges::find(person.teams, team) != person.teams.end()) continue;
      state_["team_members"].erase(edge_key(team, person.email));
      note_team(team);
    }
    for (const std::string& team : person.teams) join_team(person, team);
  }

  void join_team(const Invitee& person, const std::string& team) {
    const std::string member = edge_key(team, person.email);
    Objects& members = state_["team_members"];
    if (std::as_const(members).contains(member)) return;
    members[member].place = person.place;
    note_team(team);
  }

  static bool is_owned_elsewhere(const Object& object) {
    return !object.manager.empty() && object.manager != directory_manager;
  }

  void note_owned(const std::string& address, const Object& object) {
    reported_.owned_elsewhere.insert(address + " (manager " + object.manager.str() + ")");
  }

  void note_team(const std::string& key) {
    const Object* team = find_object(state_, "teams", key);
    if (team != nullptr && is_owned_elsewhere(*team)) note_owned("teams/" + key, *team);
  }

  // Whether a row that was skipped may be that of anybody.
  bool means_nobody(const Invitee& person) const {
    return find_known(person).empty() && !all_of_kind(state_, "users").contains(person.email);
  }

  void suspend_gone() {
    // The share refers to the users before the run: new people in the list do not raise it.
    Removal removal{.removed = replaced_, .of = before_};
    std::vector<std::string> gone;
    for (const auto& [email, user] : all_of_kind(state_, "users")) {
      if (listed_.contains(email)) continue;
      if (reach_.reaches(email, user)) gone.push_back(email);
      if (reach_.passes(email, user)) reported_.other_provider.push_back(email);
    }
    const auto strangers = std::ranges::count_if(refused_, [&](const Invitee* row) { return means_nobody(*row); });
    if (strangers > 0) {
      reported_.spared = std::move(gone);
      gone.clear();
    }
    for (const std::string& email : gone) {
      Object& user = users_after()[email];
      user.status = "suspended";
      if (is_owned_elsewhere(user)) note_owned("users/" + email, user);
    }
    removal.removed += static_cast<std::int64_t>(gone.size());
    const auto reasons = excessive({{"users of the directory", removal}}, options_.caps);
    if (reasons.empty()) return;
    throw Error(ErrorKind::refused, "refused: " + reasons.front(),
                "Is the list complete? If this is intended, raise the limit with --max-removals.");
  }

  State& state_;
  const Objects& users_;  // as they are before addresses move
  Renames& renames_;
  const std::vector<Invitee>& people_;
  const DirectoryOptions& options_;
  Notes& notes_;
  const std::vector<std::string> base_ = base_roles(state_);
  const std::string default_base_ = default_base_role(state_);
  std::int64_t before_ = 0;  // users of the directory who were not suspended
  IdentityIndex by_id_{users_};
  DirectoryReach reach_;
  std::unordered_map<std::string_view, const Invitee*> by_address_;  // the rows
  std::unordered_map<std::string_view, const Invitee*> matched_;     // the row that refers to a user
  std::unordered_set<std::string_view> listed_;
  std::vector<std::string_view> known_;           // of each row the user that it means, by the address so far
  std::deque<std::string> kept_;                  // addresses that no row has
  std::map<std::string, const Invitee*> movers_;  // who gets another address
  std::map<std::string, std::string> releases_;   // addresses that are taken from their users
  std::unordered_set<const Invitee*> refused_;
  std::vector<const Invitee*> open_;  // rows to look at again
  MissingReferences missing_{state_};
  std::vector<RowConflict> conflicts_;
  std::optional<Memberships> memberships_;  // by the new addresses
  std::int64_t replaced_ = 0;               // who is suspended by their row, or under a released address
  DirectoryNotes reported_;
};

}  // namespace

std::vector<RowConflict> reconcile(State& state, Renames& renames, const std::vector<Invitee>& people,
                                   const DirectoryOptions& options, Notes& notes) {
  return Reconciliation(state, renames, people, options, notes).run();
}

}  // namespace acctl
