#include "commands/shared/enterprise_watch.hpp"

#include <algorithm>

#include "cli/remarks.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

bool departs(const Change& change) {
  const bool suspends = change.action == Action::change && change.sets("status", "suspended");
  return change.kind == "users" && (change.action == Action::remove || suspends);
}

// The role from which a change takes everything; "" for none.
std::string find_narrowed_role(const Change& change) {
  if (change.kind != "role_permissions" || change.action != Action::remove) return "";
  const auto [role, permission] = split_edge(*find_edge_kind(change.kind), change.key);
  return permission == "*" ? role : "";
}

}  // namespace

std::map<std::string, EnterpriseWatch::Concern> EnterpriseWatch::concerns() const {
  std::map<std::string, Concern> all;
  for (const PlanGroup& group : fleet_.report().groups) {
    for (const Change& change : group.plan.changes) {
      const bool moves = change.kind == "users" && change.action == Action::change && change.old_key() != change.key;
      const std::string narrowed = find_narrowed_role(change);
      if (!moves && !departs(change) && narrowed.empty()) continue;
      for (const std::string& slug : group.tenants) {
        const Tenant& tenant = fleet_.tenant(slug);
        if (!tenant.enterprise) continue;
        Concern& concern = all[*tenant.enterprise];
        if (!narrowed.empty()) concern.loss.roles.insert(narrowed);
        if (departs(change)) concern.loss.departures.push_back({slug, change.old_key()});
        if (moves && std::ranges::find(concern.moved_in, slug) == concern.moved_in.end()) {
          concern.moved_in.push_back(slug);
        }
      }
    }
  }
  return all;
}

void EnterpriseWatch::planned(const EnterpriseLosses& beside) {
  before_ = concerns();
  for (const auto& [enterprise, loss] : beside) {
    before_[enterprise].loss.revoked = loss.revoked;
    before_[enterprise].loss.tenants = loss.tenants;
  }
  if (before_.empty()) return;
  platform_ = fleet_.platform().another();
  for (auto& [enterprise, concern] : before_) {
    if (concern.loss.empty()) continue;
    concern.standing = read_standing(*platform_, enterprise);
    if (const auto refusal = last_admin_refusal(concern.standing, concern.loss)) throw Error(*refusal);
  }
}

void EnterpriseWatch::hold() {
  EnterpriseLosses losses;
  for (const auto& [enterprise, concern] : before_) {
    if (takes_admins(concern.standing, concern.loss)) losses.emplace(enterprise, concern.loss);
  }
  if (!losses.empty()) held_.emplace(*platform_, losses);
}

void EnterpriseWatch::settle() {
  const std::map<std::string, Concern> done = concerns();  // less what failed
  if (done.empty()) return;
  Remarks notes(session_.terminal(), Remarks::Tone::info);
  Remarks warnings(session_.terminal(), Remarks::Tone::warning);
  for (const auto& [enterprise, concern] : done) {
    for (const std::string& slug : concern.moved_in) {
      for (const EnterprisePerson& person : settle_addresses(*platform_, fleet_.tenant(slug))) {
        notes.say("the grants in enterprise " + enterprise + " were moved to " + person.email);
      }
    }
    const auto people = departing_people(before_[enterprise].standing, concern.loss.departures);
    if (people.empty()) continue;
    const EnterpriseStanding standing = read_standing(*platform_, enterprise);
    for (const auto& [slug, why] : standing.unread) {
      warnings.say("tenant " + slug + " cannot be read (" + why + "); users who left may keep grants in enterprise " +
                   enterprise + ": run 'acctl user offboard' when the tenant can be read");
    }
    const std::vector<EnterpriseGrant> ended =
        end_people(*platform_, standing, gone_people(standing, people), make_run_record(session_, command_, "", {}));
    for (const EnterpriseGrant& grant : ended) {
      notes.say(grant.email + " no longer has role " + grant.role + " in enterprise " + enterprise +
                ": the user is no longer active in any of its tenants");
    }
  }
}

}  // namespace acctl
