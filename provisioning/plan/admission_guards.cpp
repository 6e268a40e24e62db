// The guards that a plan has to pass, one function each.
#include <algorithm>
#include <array>

#include "provisioning/base/text.hpp"
#include "provisioning/database/taken_along.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/admission.hpp"
#include "provisioning/plan/admission.sql.hpp"
#include "provisioning/plan/assessment.hpp"
#include "provisioning/plan/base_roles.hpp"
#include "provisioning/plan/diff.hpp"
#include "provisioning/plan/enterprise_rule.hpp"
#include "provisioning/plan/renames.hpp"
#include "provisioning/plan/seats.hpp"
#include "provisioning/plan/sign_in.hpp"
#include "provisioning/plan/standing.hpp"

namespace acctl {

namespace {

std::optional<Error> refuse_if_any(const std::vector<std::string>& reasons, const std::string& hint) {
  if (reasons.empty()) return std::nullopt;
  return Error(ErrorKind::refused, "refused: " + enumerated(reasons, 10, "; "), hint);
}

// What reaches the entire enterprise is not changed in one tenant.
std::optional<Error> guard_enterprise(Assessment& plan) {
  if (!plan.knows_people || plan.edit.for_enterprise) return std::nullopt;
  return enterprise_refusal(plan.tenant, plan.identity.enterprise, plan.people_before, plan.people_after,
                            plan.changes(), plan.edit.leavers_go);
}

std::optional<Error> guard_grant_holders(Assessment& plan) {
  if (!plan.knows_people || !plan.is_bounded()) return std::nullopt;
  return grant_holder_refusal(plan.tenant, plan.edit.record.as, plan.people_before, plan.changes());
}

// An undo removes what its run has added, and ends what its run has made a system role; no run does more than that.
std::optional<Error> guard_system_roles(Assessment& plan) {
  if (plan.edit.undoes) return std::nullopt;
  return refuse_if_any(system_removals(plan.changes()), "No option allows this: the product needs its system roles.");
}

// A user who is added without any role changes nobody's access, and people were not read then.
std::optional<Error> guard_base_roles(Assessment& plan) {
  if (plan.edit.for_enterprise || !concern_base_roles(plan.changes())) return std::nullopt;
  const State& known = plan.knows_people ? plan.people_after : plan.before;
  if (base_roles(known).empty()) return std::nullopt;
  const std::vector<std::string> problems =
      plan.knows_people ? base_role_problems(plan.people_after, plan.changes())
                        : base_role_problems(changed(plan.before, plan.changes()), plan.changes());
  return refuse_if_any(problems, "Grant one of them; 'acctl role grant' replaces the one that a user has.");
}

std::optional<Error> guard_sign_in(Assessment& plan) { return sign_in_refusal(plan); }

std::optional<Error> guard_protected(Assessment& plan) {
  return refuse_if_any(protected_removals(plan.before, plan.changes(), plan.edit.guards),
                       "To remove it anyway, use --allow-removal KIND/KEY; the ledger records that.");
}

// The seats that changes take and give back.
struct SeatChanges {
  std::int64_t joining = 0;
  std::int64_t leaving = 0;
};

SeatChanges seat_changes(const std::vector<Change>& changes) {
  SeatChanges seats;
  for (const Change& change : changes) {
    const Kind* kind = find_kind(change.kind);
    if (kind == nullptr || !kind->takes_seat) continue;
    seats.joining += change.action == Action::add ? 1 : 0;
    seats.leaving += change.action == Action::remove ? 1 : 0;
  }
  return seats;
}

std::optional<Error> guard_seats(Assessment& plan) {
  const auto [joining, leaving] = seat_changes(plan.changes());
  if (joining + leaving == 0) return std::nullopt;
  const SeatCount seats = count_seats(plan.tenant);
  plan.users = seats.used;
  const std::int64_t taken = plan.users + joining - leaving;
  if (joining == 0 || !seats.limit || taken <= *seats.limit) return std::nullopt;
  // The same message as that of the trigger check_seats, which decides in the end.
  return Error(ErrorKind::refused,
               "the limit of " + std::to_string(*seats.limit) + " seats is exceeded: " + std::to_string(taken) +
                   " would be taken",
               "Delete users who are not needed, or raise the limit.");
}

// Whether the edit has read only a part of what `counted` counts.
bool is_read_in_part(const Scope& scope, const Count& counted) {
  if (counted.kind != nullptr) {
    return !counted.kind->is_person() && !counted.kind->internal &&
           !scope.kinds.contains(std::string(counted.kind->name));
  }
  return counted.edge->is_membership() && !scope.everybody && !scope.all_members &&
         !scope.teams.contains(counted.owner);
}

// A share is one of what the tenant has, not of what the edit had to read.
void count_what_is_there(Assessment& plan) {
  const Renames renames = collect_renames(plan.changes());
  std::vector<Removal*> removals;
  std::vector<Count> wanted;
  for (auto& [what, removal] : plan.planned.removals) {
    const auto [edge, owner] = list_of_removal(what, renames);
    Count counted{.kind = edge == nullptr ? find_kind(what) : nullptr, .edge = edge, .owner = owner};
    if ((counted.kind == nullptr && edge == nullptr) || !is_read_in_part(plan.edit.scope, counted)) continue;
    removals.push_back(&removal);
    wanted.push_back(std::move(counted));
  }
  if (wanted.empty()) return;
  const std::vector<std::int64_t> counts = count_present(plan.tenant, wanted);
  for (std::size_t i = 0; i < counts.size(); ++i) removals[i]->of = std::max(removals[i]->of, counts[i]);
}

// After guard_seats, which counts the users: `before` holds only some of them.
std::optional<Error> guard_removals(Assessment& plan) {
  plan.planned.removals = count_removals(plan.before, plan.changes(), plan.edit.guards, plan.users);
  count_what_is_there(plan);
  const std::vector<Cap>& caps = plan.edit.guards.max_removals;
  // The first is that of the command line or the default, the others are those of files and saved plans.
  const bool by_files = caps.size() > 1 && !excessive(plan.planned.removals, {caps.begin() + 1, caps.end()}).empty();
  return refuse_if_any(
      excessive(plan.planned.removals, caps),
      by_files
          ? "The files set this limit (guards.max_removals), and --max-removals cannot raise it; change it there, or "
            "use --allow-removal KIND/KEY, which the ledger records."
          : "To remove them anyway, use --max-removals or --allow-removal KIND/KEY; the ledger records that.");
}

std::optional<Error> guard_gains(Assessment& plan) {
  return refuse_if_any(matching_gains(plan.planned.plan.effects, plan.edit.guards.forbidden_gains),
                       "--fail-on-gain names these permissions.");
}

// Among the people that `state` knows.
Admins count_admins(const State& state) {
  Admins admins;
  for (const auto& [email, user] : all_of_kind(state, "users")) {
    if (user.status == "suspended" || !is_admin(state, email)) continue;
    if (is_permanent_admin(state, email)) {
      ++(user.status == "active" ? admins.active : admins.invited);
    } else {
      ++admins.for_a_time;
    }
  }
  return admins;
}

// Only the people concerned were read, so the database is asked how many admins there are in all; and only if the plan
// takes one away.
std::optional<Error> guard_admins(Assessment& plan) {
  const Admins then = count_admins(plan.people_before);
  const Admins now = count_admins(plan.people_after);
  if (now.active >= then.active && now.invited >= then.invited && now.for_a_time >= then.for_a_time) {
    return std::nullopt;
  }
  const Admins all = usable_admins(plan.tenant);
  return too_few(all,
                 {.active = all.active + now.active - then.active,
                  .invited = all.invited + now.invited - then.invited,
                  .for_a_time = all.for_a_time + now.for_a_time - then.for_a_time},
                 plan.edit.guards.min_admins);
}

std::optional<Error> guard_shut_out(Assessment& plan) { return shut_out_refusal(plan); }

std::optional<Error> guard_tests(Assessment& plan) {
  if (!plan.knows_people) return std::nullopt;
  std::vector<Diagnostic> failed;
  for (const TestResult& result : run_tests(plan.people_after, plan.edit.tests)) {
    const Place& place = result.test.place;
    for (const std::string& failure : result.failures) {
      failed.push_back({place.file, place.line, place.column, failure});
    }
  }
  if (failed.empty()) return std::nullopt;
  return Error(
      ErrorKind::test_failed,
      std::to_string(failed.size()) + " expectation" + (failed.size() == 1 ? "" : "s") + " of the tests would fail",
      "Change the definitions or the tests.", failed);
}

// Rows of people that the database would refuse to part from. How many is for those alone who may see people's work.
std::optional<Error> guard_work(Assessment& plan) {
  const std::vector<Obstacle> obstacles = find_obstacles(plan.tenant, plan.changes());
  if (obstacles.empty()) return std::nullopt;
  const bool counts =
      plan.edit.record.as.empty() || holds_one_of(plan.tenant, plan.edit.record.as, find_right_keys(Right::see_people));
  std::map<std::string, std::vector<std::string>> work;  // by what cannot be done
  std::vector<std::string> ways;
  for (const Obstacle& one : obstacles) {
    work[one.change].push_back(counts ? counted(static_cast<std::size_t>(one.count), one.what) : one.what + "s");
    if (std::ranges::find(ways, one.way_out) == ways.end()) ways.push_back(one.way_out);
  }
  std::vector<std::string> reasons;
  for (const auto& [change, what] : work) reasons.push_back(change + ": it still has " + join(what, " and "));
  return Error(ErrorKind::conflict, enumerated(reasons, 10, "; "), join(ways, " "));
}

}  // namespace

SeatCount count_seats(Connection& tenant) {
  const Rows seats = tenant.query(sql::seats);
  return {.used = seats.integer(0, 1), .limit = seats.optional_integer(0, 0), .at = std::string(seats.text(0, 2))};
}

bool concern_seats(const std::vector<Change>& changes) {
  const auto [joining, leaving] = seat_changes(changes);
  return joining + leaving > 0;
}

std::span<const Guard> admission_guards() {
  static constexpr std::array all = {guard_enterprise, guard_grant_holders, guard_system_roles, guard_base_roles,
                                     guard_sign_in,    guard_protected,     guard_seats,        guard_removals,
                                     guard_gains,      guard_admins,        guard_shut_out,     guard_tests,
                                     guard_work};
  return all;
}

Admins usable_admins(Connection& tenant) {
  const Rows rows = tenant.query(sql::usable_admins);
  return {.active = rows.integer(0, 0), .invited = rows.integer(0, 1), .for_a_time = rows.integer(0, 2)};
}

std::optional<Error> too_few(const Admins& before, const Admins& after, std::int64_t least) {
  if (least == no_admin_required) return std::nullopt;
  const std::string hint = "Make somebody else an admin first, with a role that does not expire.";
  const auto permanent = [](const Admins& admins) { return admins.active + admins.invited; };
  if (after.active < before.active && after.active < least) {
    return Error(ErrorKind::refused,
                 "refused: at least " + std::to_string(least) + " active admin" + (least == 1 ? "" : "s") +
                     " whose role does not expire " + (least == 1 ? "is" : "are") + " required; this would leave " +
                     std::to_string(after.active),
                 hint);
  }
  if (permanent(after) == 0 && permanent(before) > 0) {
    return Error(ErrorKind::refused,
                 "refused: no admin whose role does not expire would be left, not even an invited one", hint);
  }
  // Before enough have signed up, those who are invited are who will sign in.
  if (permanent(after) < permanent(before) && permanent(after) < least) {
    return Error(ErrorKind::refused,
                 "refused: at least " + std::to_string(least) +
                     " admins whose role does not expire are required; this would leave " +
                     std::to_string(permanent(after)) + ", with those who are invited",
                 hint);
  }
  if (permanent(after) + after.for_a_time == 0 && before.for_a_time > 0) {
    return Error(ErrorKind::refused, "refused: no admin would be left, not even one whose role expires", hint);
  }
  return std::nullopt;
}

}  // namespace acctl
