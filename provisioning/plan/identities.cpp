#include "provisioning/plan/identities.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/parts.hpp"
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
  return {find_field_text(user, "idp"), find_field_text(user, "external_id")};
}

// That of the user once `change` is made. (A state with all changes would be one more copy of all people.)
ExternalId read_external_id(const State& before, const Change& change) {
  static const Object nobody;
  const Object* found = change.action == Action::add ? nullptr : find_object(before, "users", change.old_key());
  ExternalId id = read_external_id(found == nullptr ? nobody : *found);
  for (const auto& [field, part] : {std::pair("idp", &id.first), std::pair("external_id", &id.second)}) {
    const auto spoken = change.fields.find(field);
    if (spoken == change.fields.end()) continue;
    const nlohmann::json& value = spoken->second.after;
    *part = value.is_string() ? value.get<std::string>() : "";
  }
  return id;
}

// As the provider compares them, which need not tell capitals apart.
ExternalId make_comparable_id(ExternalId id) {
  id.second = comparable_id(id.first, std::move(id.second));
  return id;
}

class Identities {
 public:
  Identities(const std::string& as, const State& before, const std::vector<Change>& changes)
      : as_(as), before_(before) {
    for (const Change& change : changes) {
      if (!speaks_of_identity(change)) continue;
      ExternalId id = make_comparable_id(read_external_id(before, change));
      if (id.second.empty()) continue;
      const auto [first, fresh] = wanted_.emplace(std::move(id), &change);
      if (!fresh) refuse(change, first->second->key, &first->second->place);
    }
    for (const Change& change : changes) {
      if (change.kind != "users") continue;
      if (change.action == Action::remove || speaks_of_identity(change)) {
        if (change.action != Action::add) moving_.insert(change.old_key());
        coming_.insert(change.key);
      } else if (change.old_key() != change.key) {
        renamed_.emplace(change.old_key(), change.key);
      }
    }
  }

  // Of those that were read, and of all others.
  void compare(Connection& tenant) const {
    for (const auto& [email, user] : all_of_kind(before_, "users")) {
      if (moving_.contains(email)) continue;
      const auto wanted = wanted_.find(make_comparable_id(read_external_id(user)));
      if (wanted == wanted_.end()) continue;
      const auto renamed = renamed_.find(email);
      refuse(*wanted->second, renamed == renamed_.end() ? email : renamed->second, nullptr);
    }
    IdentityHolders others(tenant, [&](const std::string& email, const std::string& idp, const std::string& id) {
      if (moving_.contains(email) || coming_.contains(email)) return;
      const auto wanted = wanted_.find(make_comparable_id({idp, id}));
      if (wanted != wanted_.end()) refuse(*wanted->second, email, nullptr);
    });
    for (const auto& [identity, change] : wanted_) others.ask(identity.first, identity.second);
    others.finish();
  }

 private:
  [[noreturn]] void refuse(const Change& change, const std::string& holder, const Place* holders_place) const {
    const auto [provider, id] = read_external_id(before_, change);
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
  const State& before_;
  std::map<ExternalId, const Change*> wanted_;
  std::set<std::string> moving_;                // whose identity changes or goes, by the address before
  std::set<std::string_view> coming_;           // the same, and who is new, by the address after
  std::map<std::string, std::string> renamed_;  // others, whose address changes: before and after
};

}  // namespace

void IdentityHolders::ask(const std::string& idp, const std::string& id) {
  providers_.add(idp);
  ids_.add(comparable_id(idp, id));
  folds_.add(ignores_case(idp) ? "t" : "f");
  if (++asked_ == statement_rows) finish();
}

void IdentityHolders::finish() {
  if (asked_ == 0) return;
  const Rows rows = tenant_.query(sql::holders_of_identities, {providers_, ids_, folds_});
  providers_ = ids_ = folds_ = {};
  asked_ = 0;
  for (const Row row : rows) found_(row.text(0), row.text(2), row.text(1));
}

void refuse_taken_identities(Connection& tenant, const std::string& as, const State& before,
                             const std::vector<Change>& changes) {
  if (std::ranges::any_of(changes, speaks_of_identity)) Identities(as, before, changes).compare(tenant);
}

}  // namespace acctl
