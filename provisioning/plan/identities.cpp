#include "provisioning/plan/identities.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/identity_providers.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/identities.sql.hpp"

namespace acctl {

namespace {

// Provider and id, which is "" for none.
using ExternalId = std::pair<std::string, std::string>;

bool speaks_of_identity(const Change& change) {
  return change.kind == "users" && change.action != Action::remove &&
         (change.fields.contains("external_id") || (change.action == Action::change && change.fields.contains("idp")));
}

ExternalId read_external_id(const Object& user) {
  const auto word = [&](const std::string& field) {
    const auto value = user.fields.find(field);
    return value == user.fields.end() || !value->second.is_string() ? "" : value->second.get<std::string>();
  };
  return {word("idp"), word("external_id")};
}

// As the provider compares them, which need not tell capitals apart.
ExternalId make_comparable_id(const Object& user) {
  auto [idp, id] = read_external_id(user);
  std::string comparable = comparable_id(idp, std::move(id));
  return {std::move(idp), std::move(comparable)};
}

class Identities {
 public:
  Identities(const std::string& as, const State& before, const std::vector<Change>& changes)
      : as_(as), after_(changed(before, changes)) {
    for (const Change& change : changes) {
      if (!speaks_of_identity(change)) continue;
      const Object* user = find_object(after_, "users", change.key);
      if (user == nullptr || read_external_id(*user).second.empty()) continue;
      const auto [first, fresh] = wanted_.emplace(make_comparable_id(*user), &change);
      if (!fresh) refuse(change, first->second->key, &first->second->place);
    }
    for (const Change& change : changes) {
      if (change.kind == "users" && (change.action == Action::remove || speaks_of_identity(change))) {
        moving_.insert(change.old_key());
        moving_.insert(change.key);
      }
    }
  }

  // Of those that were read, and of all others.
  void compare(Connection& tenant) const {
    for (const auto& [email, user] : all_of_kind(after_, "users")) {
      const auto wanted = wanted_.find(make_comparable_id(user));
      if (wanted != wanted_.end() && wanted->second->key != email) refuse(*wanted->second, email, nullptr);
    }
    IdentityHolders others;
    for (const auto& [identity, change] : wanted_) others.ask(identity.first, identity.second);
    for (const std::string& email : moving_) others.leave_out(email);
    const Rows rows = others.find(tenant);
    if (rows.empty()) return;
    const std::string idp(rows.text(0, 2));
    const auto wanted = wanted_.find({idp, comparable_id(idp, std::string(rows.text(0, 1)))});
    if (wanted != wanted_.end()) refuse(*wanted->second, std::string(rows.text(0, 0)), nullptr);
  }

 private:
  [[noreturn]] void refuse(const Change& change, const std::string& holder, const Place* holders_place) const {
    const auto [provider, id] = read_external_id(*find_object(after_, "users", change.key));
    const bool two_places = holders_place != nullptr && holders_place->line > 0;
    const std::string who =
        (as_.empty() ? "users/" + holder : "another user") +
        (two_places ? ", in " + holders_place->file + ":" + std::to_string(holders_place->line) : "");
    const std::string message =
        to_address(change) + ": external id '" + abbreviated(id) + "' of " + provider + " is that of " + who;
    std::vector<Diagnostic> where;
    if (change.place.line > 0) where.push_back({change.place.file, change.place.line, change.place.column, message});
    throw Error(ErrorKind::conflict, message, "Take the id from that user in the same change, or correct it.",
                std::move(where));
  }

  const std::string& as_;
  const State after_;
  std::map<ExternalId, const Change*> wanted_;
  std::set<std::string> moving_;  // whose identity changes or goes, by the address before and after
};

}  // namespace

void IdentityHolders::ask(const std::string& idp, const std::string& id) {
  providers_.add(idp);
  ids_.add(comparable_id(idp, id));
  folds_.add(ignores_case(idp) ? "t" : "f");
}

Rows IdentityHolders::find(Connection& tenant) const {
  return tenant.query(sql::holders_of_identities,
                      {providers_.literal(), ids_.literal(), others_than_.literal(), folds_.literal()});
}

void refuse_taken_identities(Connection& tenant, const std::string& as, const State& before,
                             const std::vector<Change>& changes) {
  if (std::ranges::any_of(changes, speaks_of_identity)) Identities(as, before, changes).compare(tenant);
}

}  // namespace acctl
