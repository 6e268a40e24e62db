#include "provisioning/plan/enterprise_rule.hpp"

#include <algorithm>
#include <set>

#include "provisioning/base/text.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/enterprise_rule.sql.hpp"
#include "provisioning/plan/powers.hpp"

namespace acctl {

namespace {

// "ana@acme.example/viewer" for each assignment that an enterprise's grant made.
std::set<std::string> linked_assignments(Connection& tenant) {
  std::set<std::string> all;
  for (const Row row : tenant.query(sql::enterprise_holdings)) {
    all.insert(edge_key(row.text(0), row.text(1)));
  }
  return all;
}

Error handed_out(const std::string& enterprise, const std::string& email, const std::string& role) {
  const std::string key = enterprise.empty() ? "ENTERPRISE" : enterprise;
  return {ErrorKind::refused,
          "refused: role " + role + " applies to the entire enterprise and cannot be granted in one tenant",
          "Grant it with 'acctl enterprise grant " + key + " " + email + " " + role + "'."};
}

Error taken_away(const std::string& enterprise, const std::string& email, const std::string& role) {
  return {ErrorKind::refused,
          "refused: " + email + " holds role " + role + " in the entire enterprise " + enterprise +
              ", which cannot be changed in one tenant",
          "Revoke it with 'acctl enterprise revoke " + enterprise + " " + email + " " + role + "'."};
}

std::vector<std::string> find_holders(const State& state, const std::string& role) {
  std::vector<std::string> holders;
  for (const auto& [key, assignment] : all_of_kind(state, "user_roles")) {
    const auto [email, held] = split_edge(*find_edge_kind("user_roles"), key);
    if (held == role) holders.push_back(email);
  }
  return holders;
}

// A role that people hold neither begins nor ceases to reach the enterprise: that would give or take it in one tenant.
std::optional<Error> scope_refusal(const std::string& enterprise, const State& after, const Change& change,
                                   const std::set<std::string>& linked) {
  std::vector<std::string> holders = find_holders(after, change.key);
  const bool reaches = change.fields.at("scope").after == "enterprise";
  if (reaches) {
    std::erase_if(holders, [&](const std::string& email) {
      return linked.contains(edge_key(email, change.key)) || linked.contains(edge_key(email, change.old_key()));
    });
  }
  if (holders.empty() || (!reaches && enterprise.empty())) return std::nullopt;
  return Error(ErrorKind::refused,
               "refused: role " + change.key + " is held by " + enumerated(holders, 3) + ", whose assignment would " +
                   (reaches ? "begin" : "cease") + " to reach the entire enterprise in one tenant",
               reaches ? "Revoke it with 'acctl role revoke', change it, and grant it again with 'acctl enterprise "
                         "grant'."
                       : "Revoke it with 'acctl enterprise revoke " + enterprise + " EMAIL " + change.key + "' first.");
}

// What a change does to a person or a role, in words, if it would give or take what an enterprise has granted them: of
// such a person everything but signing up, of such a role what it gives; "" for anything else.
std::string describe_reach(const Change& change) {
  const std::string& key = change.old_key();
  if (find_access_part(change.kind) == AccessPart::person) {
    if (change.action == Action::remove) return "delete " + key + ", who has roles of an enterprise";
    if (change.action != Action::change) return "";
    if (key != change.key) {
      return "change the address of " + key + ": roles of an enterprise would move to " + change.key +
             " in other tenants";
    }
    const auto status = change.fields.find("status");
    if (status == change.fields.end()) return "";
    if (status->second.before == "invited" && status->second.after == "active") return "";
    return "change the status of " + key + ", who has roles of an enterprise";
  }
  const EdgeKind* edge = find_edge_kind(change.kind);
  if (edge == nullptr || !edge->gives_permission() || edge->owner->part != AccessPart::role) return "";
  return "change what role " + split_edge(*edge, change.key).first + " gives, which an enterprise has granted";
}

}  // namespace

bool is_enterprise_role(const State& state, const std::string& role) {
  const Object* object = find_object(state, "roles", role);
  return object != nullptr && object->fields.contains("scope") && object->fields.at("scope") == "enterprise";
}

std::optional<Error> grant_holder_refusal(Connection& tenant, const std::string& user, const State& before,
                                          const std::vector<Change>& changes) {
  if (std::ranges::none_of(changes, [](const Change& change) { return !describe_reach(change).empty(); })) {
    return std::nullopt;
  }
  const Powers powers = powers_of_user(before, user);
  if (powers.enterprise && powers.holdings.contains("*")) return std::nullopt;
  const EdgeKind& assignment = *find_edge_kind("user_roles");
  std::set<std::string> people;
  std::set<std::string> roles;
  for (const std::string& linked : linked_assignments(tenant)) {
    const auto [email, role] = split_edge(assignment, linked);
    people.insert(email);
    roles.insert(role);
  }
  for (const Change& change : changes) {
    const std::string what = describe_reach(change);
    if (what.empty()) continue;
    const EdgeKind* edge = find_edge_kind(change.kind);
    const std::string whose = edge == nullptr ? change.old_key() : split_edge(*edge, change.key).first;
    const bool of_enterprise =
        edge == nullptr ? people.contains(whose) : roles.contains(whose) || is_enterprise_role(before, whose);
    if (!of_enterprise) continue;
    return Error(ErrorKind::refused, "refused: " + user + " may not " + what, "Only an admin of the enterprise can.");
  }
  return std::nullopt;
}

std::optional<Error> enterprise_refusal(Connection& tenant, const std::string& enterprise, const State& before,
                                        const State& after, const std::vector<Change>& changes, bool leavers_go) {
  const Renames renames = collect_renames(changes);
  std::set<std::string> leaving;
  for (const Change& change : changes) {
    if (leavers_go && find_access_part(change.kind) == AccessPart::person && change.action == Action::remove)
      leaving.insert(change.key);
  }
  std::optional<std::set<std::string>> linked;
  for (const Change& change : changes) {
    if (find_access_part(change.kind) == AccessPart::role && change.action == Action::change &&
        change.fields.contains("scope")) {
      if (!linked) linked = linked_assignments(tenant);
      if (auto refusal = scope_refusal(enterprise, after, change, *linked)) return refusal;
    }
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge == nullptr || !edge->is_assignment()) continue;
    const auto [email, role] = split_edge(*edge, change.key);
    if (change.action == Action::add) {
      if (is_enterprise_role(after, role)) return handed_out(enterprise, email, role);
      continue;
    }
    if (enterprise.empty() || leaving.contains(email)) continue;
    if (!linked) linked = linked_assignments(tenant);
    const std::string then = edge_key(key_before(renames, "users", email), key_before(renames, "roles", role));
    const bool held = linked->contains(then) || linked->contains(change.key);
    if (held || is_enterprise_role(before, role)) return taken_away(enterprise, email, role);
  }
  return std::nullopt;
}

std::vector<Change> ended_grants(Connection& tenant, const std::string& enterprise,
                                 const std::vector<Change>& changes) {
  std::vector<Change> ended;
  if (enterprise.empty()) return ended;
  const Renames renames = collect_renames(changes);
  std::optional<std::set<std::string>> linked;
  for (const Change& change : changes) {
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge == nullptr || !edge->is_assignment() || change.action != Action::remove) continue;
    if (!linked) linked = linked_assignments(tenant);
    const auto [email, role] = split_edge(*edge, change.key);
    const std::string then = edge_key(key_before(renames, "users", email), key_before(renames, "roles", role));
    if (!linked->contains(then)) continue;
    ended.push_back({.action = Action::remove,
                     .kind = std::string(enterprise_grant_kind),
                     .key = then,
                     .fields = {{"enterprise", {enterprise, nullptr}}}});
  }
  return ended;
}

}  // namespace acctl
