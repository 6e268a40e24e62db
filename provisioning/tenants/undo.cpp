#include "provisioning/tenants/undo.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "provisioning/base/text.hpp"
#include "provisioning/database/origins.hpp"
#include "provisioning/database/taken_along.hpp"
#include "provisioning/database/undo_chains.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/enterprise_rule.hpp"
#include "provisioning/plan/identities.hpp"
#include "provisioning/plan/mismatches.hpp"
#include "provisioning/plan/undo.hpp"
#include "provisioning/plan/withdrawal.hpp"
#include "provisioning/tenants/undo.sql.hpp"

namespace acctl {

namespace {

std::string by_run(std::string_view run, std::string_view actor, std::string_view at) {
  return " (run " + std::string(run) + " by " + std::string(actor) + " at " + std::string(at) + ")";
}

// Who made `misfit`, which conflicts with `changes`, the inverse of run `id`.
std::string by_whom(Connection& tenant, std::int64_t id, const Mismatch& misfit, const std::vector<Change>& changes) {
  // That run left things under the names that its inverse starts with.
  const Renames renames = collect_renames(changes);
  TextArray kinds;
  TextArray keys;
  if (const EdgeKind* edge = find_edge_kind(misfit.kind)) {
    const auto [owner, target] = split_edge(*edge, misfit.key);
    kinds.add(edge->owner->name);
    keys.add(key_before(renames, edge->owner->name, owner));
    kinds.add(edge->list->target);
    keys.add(key_before(renames, edge->list->target, target));
  }
  const std::string key = address_before(renames, misfit.kind, misfit.key);
  const Rows rows = tenant.query(sql::later_run, {id, misfit.kind, key, kinds, keys});
  return rows.empty() ? " (by hand)" : by_run(rows.text(0, 0), rows.text(0, 1), rows.text(0, 2));
}

// What is not configuration cannot be restored from the ledger: of a key it has only the name.
void refuse_secrets(const std::string& run, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (find_kind(change.kind) != nullptr || find_edge_kind(change.kind) != nullptr) continue;
    throw Error(ErrorKind::conflict, "run " + run + " cannot be undone: it concerns " + to_address(change),
                change.action == Action::add ? "Revoke the key with 'acctl api-key revoke'."
                                             : "A revoked key cannot be restored.");
  }
}

// Signing up is an act of the user, not of the run that recorded it; the invitation is used.
void refuse_sign_up(const RunRecord& run, const std::vector<Change>& changes) {
  if (run.command != "user accept" || changes.empty()) return;
  throw Error(ErrorKind::conflict,
              "run " + run.run + " cannot be undone: with it " + to_address(changes.front()) + " has signed up",
              "Suspend the user with 'acctl user deactivate'.");
}

bool suspends(const std::vector<Change>& changes, const std::string& email) {
  return std::ranges::any_of(changes, [&](const Change& change) {
    return change.kind == "users" && change.action == Action::change && change.key == email &&
           change.sets("status", "suspended");
  });
}

// "olga@umbrella.example/viewer" of an enterprise's grants that `run` ended -> the enterprise, "" if it is not known.
// The ledgers of former versions have no entries of grants: what an assignment was then shows in how it came to be.
std::map<std::string, std::string> ended_by(Connection& tenant, const std::string& enterprise, const RunRecord& run,
                                            const std::vector<Change>& changes) {
  std::map<std::string, std::string> ended;
  std::map<std::string, bool> reached;  // roles whose scope the run changed: whether it was the enterprise before
  TextArray removed;
  TextArray roles;
  for (const Change& change : changes) {
    if (change.kind == enterprise_grant_kind) {
      const auto of = change.fields.find("enterprise");
      ended[change.key] = of == change.fields.end() ? "" : of->second.before.get<std::string>();
    }
    if (const auto scope = change.fields.find("scope"); change.kind == "roles" && scope != change.fields.end()) {
      reached[change.key] = scope->second.before == "enterprise";
    }
    const EdgeKind* edge = find_edge_kind(change.kind);
    if (edge == nullptr || !edge->is_assignment() || change.action != Action::remove) continue;
    removed.add(change.key);
    roles.add(split_edge(*edge, change.key).second);
  }
  if (removed.empty()) return ended;
  for (const Row row : tenant.query(sql::granted_by_enterprise, {run.id, removed, roles})) {
    const auto before = reached.find(row.text(1));
    const bool reaches = before == reached.end() ? row.boolean(2) : before->second;
    if (reaches || row.boolean(3)) ended.emplace(row.text(0), enterprise);
  }
  return ended;
}

// The grant was in all tenants of the enterprise, and in those that are added later. What would come back here is the
// tenant's own.
void refuse_enterprise(Connection& tenant, const std::string& enterprise, const RunRecord& run,
                       const std::vector<Change>& changes) {
  std::vector<std::string> ended;
  std::string way = "acctl enterprise grant ENTERPRISE EMAIL ROLE";
  std::string first;
  for (const auto& [key, of] : ended_by(tenant, enterprise, run, changes)) {
    const auto [email, role] = split_edge(*find_edge_kind("user_roles"), key);
    ended.push_back(email + " " + role);
    if (ended.size() > 1) continue;
    way = "acctl enterprise grant " + (of.empty() ? "ENTERPRISE" : of) + " " + email + " " + role;
    if (suspends(changes, email)) first = "Reactivate the user with 'acctl user reactivate " + email + "', then grant";
  }
  if (ended.empty() && run.command != "enterprise revoke") return;
  throw Error(ErrorKind::conflict,
              "run " + run.run + " cannot be undone: it ended what an enterprise had granted" +
                  (ended.empty() ? "" : " (" + enumerated(ended, 10) + ")"),
              (first.empty() ? "Grant" : first) + " it again: " + way);
}

// One attempt to undo a run in the current state.
class Undo {
 public:
  // `done`: what the run changed. It becomes what takes that back, without a copy if nobody else holds it.
  Undo(Connection& tenant, const RunRecord& run, SharedList<Change> done)
      : tenant_(tenant), run_(run), chains_(tenant), now_(tenant.query(sql::present_moment).text(0, 0)) {
    SharedList<Change> counting = without_ended(done, now_);
    if (counting.empty() && !done.empty()) refuse_ended(ended_in(done, now_));
    for (const Change& change : std::as_const(done)) note(change);
    sort_out_ends();
    done.clear();
    changes_ = inverse(std::move(counting.write()));
  }

  // For look() alone, without the changes: those of a large run take many times as much as their names.
  Undo(Connection& tenant, const RunRecord& run)
      : tenant_(tenant), run_(run), chains_(tenant), now_(tenant.query(sql::present_moment).text(0, 0)) {
    visit_changes_of_run(tenant, run.id, Additions::by_name, [&](const Change& change, std::size_t) { note(change); });
    sort_out_ends();
  }

  Desired desired(const std::string& slug, const State& current) {
    if (const std::string undoer = chains_.undone_by(run_.id); !undoer.empty()) {
      throw Error(ErrorKind::conflict,
                  "run " + run_.run + " of tenant " + slug + " was already undone by run " + undoer);
    }
    for (const Mismatch& misfit : mismatches(current, changes_)) {
      if (reasons_.size() < most) complain(misfit, by_whom(tenant_, run_.id, misfit, changes_));
    }
    State before = changed(current, changes_);
    find_identities(before);
    find_later_changes();
    look(RowLock::none);
    Desired desired{.state = std::move(before), .renames = collect_renames(changes_), .prunable = {}};
    if (run_.message.starts_with(not_restorable)) desired.remarks.push_back(run_.message);
    return desired;
  }

  // Checks what no State holds, and throws if anything conflicts.
  void look(RowLock lock) {
    find_later_rows(lock);
    find_work();
    if (reasons_.empty()) return;
    throw Error(ErrorKind::conflict,
                "run " + run_.run +
                    " cannot be undone because later changes conflict with it: " + enumerated(reasons_, most, "; "),
                "Undo those first, or change the objects by hand.");
  }

 private:
  static constexpr std::size_t most = 10;

  using Fact = std::pair<std::string_view, std::string_view>;  // kind and key

  void note(const Change& change) {
    const std::string_view kind = change.kind;
    const std::string_view key = keep(change.key);
    const bool ended = has_ended(change, now_);
    if (!ended) facts_.emplace_back(kind, key);
    if (change.action == Action::add && !ended) added_[kind].push_back(key);
    if (change.action == Action::change) found_[kind].push_back(key);
    if (const EdgeKind* edge = find_edge_kind(kind)) {
      const auto [owner, target] = split_edge(*edge, change.key);
      ends_.emplace_back(edge->owner->name, key.substr(0, owner.size()));
      ends_.emplace_back(edge->list->target, key.substr(key.size() - target.size()));
    }
  }

  // In blocks, which stay where they are.
  std::string_view keep(const std::string& key) {
    if (names_.empty() || names_.back().size() + key.size() > names_.back().capacity()) {
      names_.emplace_back().reserve(std::max<std::size_t>(key.size(), 64u << 10));
    }
    names_.back() += key;
    return std::string_view(names_.back()).substr(names_.back().size() - key.size());
  }

  void sort_out_ends() {
    sort_out(ends_);
    for (const auto& [kind, key] : ends_) found_[kind].push_back(key);
  }

  static void sort_out(std::vector<Fact>& facts) {
    std::ranges::sort(facts);
    const auto repeated = std::ranges::unique(facts);
    facts.erase(repeated.begin(), repeated.end());
  }

  [[noreturn]] void refuse_ended(const std::vector<std::string>& ended) const {
    throw Error(ErrorKind::conflict, "run " + run_.run + " has nothing left to undo: " + enumerated(ended, most, "; "));
  }

  // Once for each object.
  void complain(const Mismatch& misfit, const std::string& who) {
    named_.emplace(misfit.kind, misfit.key);
    reasons_.push_back(misfit.reason + who);
  }

  bool is_named(const std::string& kind, const std::string& key) const { return named_.contains({kind, key}); }

  // External ids are unique, whoever else was read.
  void find_identities(const State& before) {
    std::set<std::string> moving;  // who is given back what others have taken over; made when it is asked for
    const auto is_moving = [&](const std::string& email) {
      if (moving.empty()) {
        for (const Change& change : changes_) {
          if (change.kind == "users") moving.insert(change.old_key());
        }
      }
      return moving.contains(email);
    };
    IdentityHolders others(tenant_, [&](const std::string& email, const std::string&, const std::string& id) {
      if (reasons_.size() >= most || is_moving(email)) return;
      const Mismatch misfit{"users", email, "users/" + email + " now has external id '" + abbreviated(id) + "'"};
      complain(misfit, by_whom(tenant_, run_.id, misfit, changes_));
    });
    for (const Change& change : changes_) {
      if (change.kind != "users") continue;
      const Object* user = find_object(before, "users", change.key);
      if (user == nullptr || !user->fields.contains("external_id") || !user->fields.contains("idp")) continue;
      others.ask(user->fields.at("idp").get<std::string>(), user->fields.at("external_id").get<std::string>());
    }
    others.finish();
  }

  // Finds later changes of the same objects by runs that stand, even if they led back to the state that the run left: a
  // repeated removal was intended. And runs that gave the name of such an object to another.
  void find_later_changes() {
    facts_.insert(facts_.end(), ends_.begin(), ends_.end());
    sort_out(facts_);
    TextArray kinds;
    TextArray keys;
    for (const auto& [kind, key] : facts_) {
      kinds.add(kind);
      keys.add(key);
    }
    const Rows rows = tenant_.query(sql::later_changes, {run_.id, kinds, keys});
    if (rows.empty()) return;
    const SharedList<Change> done = without_ended(changes_of_run(tenant_, run_.id), now_);
    std::map<Fact, std::vector<const Change*>> by_fact;
    for (const Change& change : std::as_const(done)) by_fact[{change.kind, change.key}].push_back(&change);
    for (int row = 0; row < rows.size() && reasons_.size() < most; ++row) {
      if (!chains_.matters_since(chains_.root(rows.integer(row, 0)), run_.id)) continue;
      const Change later{.action = parse_action(rows.text(row, 4)),
                         .kind = std::string(rows.text(row, 5)),
                         .key = std::string(rows.text(row, 6)),
                         .fields = fields_from_json(nlohmann::json::parse(rows.text(row, 7)))};
      const auto ours = by_fact.find({later.kind, later.key});
      const bool same = later.action != Action::change || later.fields.contains("key") ||
                        (ours != by_fact.end() && std::ranges::any_of(ours->second, [&](const Change* one) {
                           return decide_the_same(*one, later);
                         }));
      if (!same || is_named(later.kind, later.key)) continue;
      complain({later.kind, later.key, to_address(later) + " was changed again"},
               by_run(rows.text(row, 1), rows.text(row, 2), rows.text(row, 3)));
    }
  }

  // What was removed and added again is not what the run added or changed, though it looks the same.
  void find_later_rows(RowLock lock) {
    visit_origins(tenant_, added_, run_.id, lock, [&](const Origin& origin) {
      if (!origin.run || *origin.run != run_.id) find_later_row(origin);
    });
    visit_origins(tenant_, found_, run_.id, RowLock::none, [&](const Origin& origin) {
      if (origin.is_later) find_later_row(origin);
    });
  }

  // Rows that another undo restored do not conflict.
  void find_later_row(const Origin& origin) {
    if ((origin.run && origin.is_undo) || is_named(origin.kind, origin.key) || reasons_.size() >= most) return;
    complain({origin.kind, origin.key, origin.kind + "/" + origin.key + " was removed and added again"},
             origin.run ? by_run(origin.name, origin.actor, origin.at) : " (by hand at " + origin.at + ")");
  }

  // Work of people that refers to what the run added.
  void find_work() {
    TextArray kinds;
    TextArray keys;
    for (const auto& [kind, of_kind] : added_) {
      if (find_edge_kind(kind) != nullptr) continue;
      for (const std::string_view key : of_kind) {
        kinds.add(kind);
        keys.add(key);
      }
    }
    if (kinds.empty()) return;
    const Rows rows = tenant_.query(sql::work_on_objects, {kinds, keys, run_.id});
    for (int row = 0; row < rows.size() && reasons_.size() < most; ++row) {
      reasons_.push_back(std::string(rows.text(row, 0)) + "/" + std::string(rows.text(row, 1)) + " " +
                         std::string(rows.text(row, 2)));
    }
  }

  Connection& tenant_;
  const RunRecord& run_;
  UndoChains chains_;
  std::string now_;
  std::deque<std::string> names_;  // the keys that the following lists refer to
  std::vector<Fact> facts_;        // what the run changed, as far as it still counts
  KeysByKind added_;               // of that, what it made
  KeysByKind found_;               // what was there and it changed, or gave a member to
  std::vector<Fact> ends_;         // of members that it changed
  std::vector<Change> changes_;    // that take it back
  std::set<std::pair<std::string, std::string>> named_;
  std::vector<std::string> reasons_;
};

// What was undone is no longer declared, so that it is no drift.
void withdraw_declared(Transaction& transaction, const std::string& manager, const std::vector<Change>& done) {
  const Rows rows = transaction.query(sql::declared_by, {manager});
  if (rows.empty()) return;
  const nlohmann::json left = without_undone(nlohmann::json::parse(rows.text(0, 0)), done);
  transaction.query(sql::withdraw, {manager, left.dump()});
}

}  // namespace

std::optional<Edit> undoing(Connection& tenant, const Identity& identity, const std::string& run,
                            const RunRecord& record) {
  const std::vector<RunRecord> found = list_runs(tenant, run, 1);
  if (found.empty() || found.front().outcome != "done") return std::nullopt;
  const RunRecord& undone = found.front();
  // Not kept: the changes of a large run take as much memory as the plan that takes them back. Whoever needs more of
  // them reads them then, for the ledger never changes.
  std::vector<Change> done = changes_of_run(tenant, undone.id, Additions::by_name);
  refuse_enterprise(tenant, identity.enterprise, undone, done);
  refuse_secrets(run, done);
  refuse_sign_up(undone, done);
  Edit edit{.scope = compute_scope(inverse(std::move(done))), .desired = {}, .guards = {}};
  edit.desired = [undone, slug = identity.slug, &tenant](const State& current) {
    return Undo(tenant, undone, changes_of_run(tenant, undone.id)).desired(slug, current);
  };
  edit.last_look = [undone](Connection& locked) { Undo(locked, undone).look(RowLock::update); };
  if (undone.command == "apply") edit.withdrawn_manager = undone.manager;
  edit.also = [id = undone.id, manager = edit.withdrawn_manager](Transaction& transaction, const Plan&, Ending) {
    transaction.query(sql::return_work, {id});
    if (!manager.empty()) {
      withdraw_declared(transaction, manager, changes_of_run(transaction.connection(), id));
    }
  };
  edit.record = record;
  edit.undoes = undone.id;
  return edit;
}

}  // namespace acctl
