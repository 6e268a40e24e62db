// user offboard.
#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "commands/departing.hpp"
#include "commands/direct_edits.hpp"
#include "commands/offboard_proof.hpp"
#include "commands/open.hpp"
#include "commands/user.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/model/events.hpp"
#include "provisioning/tenants/enterprise_people.hpp"
#include "provisioning/tenants/targets.hpp"

namespace acctl {

namespace {
using Json = nlohmann::ordered_json;

struct OffboardOptions {
  std::string email;
  std::string reassign_to;
  bool prove = false;
  std::vector<std::string> exclude;
};

constexpr std::string_view held_for_deletion = "is held for deletion";

bool can_be_read(const Tenant& tenant) { return tenant.status == "active" || tenant.status == "suspended"; }

std::string why_unread(const Tenant& tenant) {
  return tenant.status == "deprovisioning" ? std::string(held_for_deletion) : "is " + tenant.status;
}

// One person who leaves, over all tenants of the platform.
class Offboarding {
 public:
  Offboarding(Session& session, const OffboardOptions& options)
      : session_(session),
        email_(emails_of({options.email}).front()),
        heir_(options.reassign_to.empty() ? "" : emails_of({options.reassign_to}).front()),
        prove_(options.prove),
        platform_(open_platform(session)),
        record_(record_of(session, "user offboard", "", {})),
        departing_(platform_, tenants_),
        leaver_({email_}),
        heirs_(heir_.empty() ? std::vector<std::string>() : std::vector<std::string>{heir_}) {
    if (heir_ == email_) throw Error(ErrorKind::invalid, "--reassign-to names the user who leaves");
    tenants_ = list_targets(platform_, {});
    std::erase_if(tenants_, [&](const Tenant& tenant) {
      return std::ranges::find(options.exclude, tenant.slug) != options.exclude.end();
    });
  }

  int run() {
    find_people();
    FleetJob job = job_of(session_, guards(),
                          [&](Connection& database, const Tenant& tenant) { return edit_in(database, tenant); });
    job.reaches_suspended = true;
    FleetPlan fleet(platform_, tenants_, std::move(job));
    fleet_ = &fleet;
    const Beside beside{.elsewhere = [&](const FleetReport& report) { return ends_elsewhere(report); },
                        .planned = [&] { planned(); },
                        .before = [&](const FleetReport& report) { note(report); },
                        .after = [&](const FleetReport&) { finish(); }};
    carry_out(session_, fleet, record_.command, Ask::where_taken_away, beside);
    if (prove_) tell_proof(session_.terminal(), proof_, email_);
    if (!session_.settings().dry_run) departing_.require_reached();
    return 0;
  }

 private:
  // Everything of one person is named by the call.
  static Guards guards() {
    Guards guards;
    guards.max_removals.clear();
    return guards;
  }

  // Who it is under other addresses: by the registry's grants and by the links of enterprises' tenants.
  void find_people() {
    for (const GrantInEnterprise& one : enterprise_grants_of(platform_, {email_})) people_.insert(one.grant.person);
    visit([&](Connection& database, const Tenant& tenant) {
      if (!tenant.enterprise) return;
      const std::set<std::string> here = people_of_address(database, email_);
      const std::lock_guard lock(mutex_);
      people_.insert(here.begin(), here.end());
    });
  }

  // Every tenant that can be read, several at a time; the others with the reason.
  std::map<std::string, std::string> visit(const std::function<void(Connection&, const Tenant&)>& work) {
    std::map<std::string, std::string> unread;
    for_each_index(tenants_.size(), static_cast<int>(session_.settings().parallel), [&](std::size_t i, std::size_t) {
      const Tenant& tenant = tenants_[i];
      const Concerning concerned(tenant.slug);
      std::string why = can_be_read(tenant) ? "" : why_unread(tenant);
      try {
        if (why.empty()) work(*enter(platform_, tenant), tenant);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted) throw;
        why = error.what();
      }
      const std::lock_guard lock(mutex_);
      if (!why.empty()) unread[tenant.slug] = why;
    });
    return unread;
  }

  std::optional<Edit> edit_in(Connection& database, const Tenant& tenant) {
    const std::vector<std::string> users = users_of_people(database, email_, people_);
    if (!heir_.empty()) heirs_.look(database, tenant.slug);
    leaver_.visited(tenant.slug);
    if (users.empty()) {
      if (was_deleted(database, email_)) leaver_.found(email_);
      return std::nullopt;
    }
    leaver_.found(email_);
    const std::vector<Remains> remains = remains_of_users(database, users);
    const bool takes_over = !heir_.empty() && is_active(database, heir_);
    {
      const std::lock_guard lock(mutex_);
      remains_[tenant.slug] = remains;
      if (takes_over) with_heir_.insert(tenant.slug);
    }
    Edit edit{.scope = scope_of_offboarding(users), .desired = {}, .guards = guards()};
    edit.record = record_;
    edit.for_enterprise = true;
    edit.desired = [users](const State& current) {
      Desired desired{.state = current, .renames = {}, .prunable = {}};
      offboard_users(desired.state, users);
      return desired;
    };
    edit.also_alone = std::ranges::any_of(
        remains, [&](const Remains& user) { return user.has_ways_in() || (takes_over && user.has_work()); });
    edit.also = [users, heir = takes_over ? heir_ : ""](Transaction& transaction, const Plan&, Ending) {
      end_ways_in(transaction, users, heir);
    };
    return edit;
  }

  static bool is_active(Connection& database, const std::string& email) {
    const std::vector<Remains> found = remains_of_users(database, {email});
    return !found.empty() && found.front().status == "active";
  }

  // Before a person is asked.
  void planned() {
    if (!people_.empty()) leaver_.found(email_);
    look_beyond();
    const bool unsure = std::ranges::any_of(fleet_->report().failures, [](const TenantFailure& failure) {
      return failure.error.kind() != ErrorKind::refused;  // the person may be a user there
    });
    if (!unsure) {
      suggest();
      if (!leaver_.missing().empty()) {
        for (const auto& [slug, why] : left_out()) {
          // Of one that is held the registry knows that they are no user there.
          if (why != held_for_deletion) session_.terminal().warn("tenant " + slug + " was not looked into: it " + why);
        }
      }
      leaver_.require();
      heirs_.require();
    }
    refuse_last_admins();
    Json ends = Json::array();
    for (const auto& [slug, users] : remains_) {
      for (const Remains& user : users) {
        ends.push_back(to_json(slug, user));
        tell(slug, user);
      }
    }
    departing_.tell(session_.terminal());
    for (const auto& [slug, why] : left_out()) {
      if (departing_.speaks_of(slug)) continue;
      session_.terminal().warn("tenant " + slug + " is not reached: it " + why +
                               (why == held_for_deletion ? "; access ends there when it is resumed" : ""));
    }
    fleet_->attach("users", std::move(ends));
    if (Json deferred = departing_.records(); !deferred.empty()) fleet_->attach("deferred", std::move(deferred));
  }

  // Into what the registry knows of tenants that cannot be entered, by all addresses that were found elsewhere.
  void look_beyond() {
    std::set<std::string> emails = {email_};
    for (const auto& [slug, users] : remains_) {
      for (const Remains& user : users) emails.insert(user.email);
    }
    departing_.look({.emails = {emails.begin(), emails.end()}, .people = people_, .roles_too = true},
                    leaver_.missing());
    if (departing_.may_have(email_)) leaver_.found(email_);
  }

  // What ends beside the plans: grants of enterprises, what lets somebody in who is suspended already, and what is
  // remembered for tenants that cannot be entered.
  std::string ends_elsewhere(const FleetReport& report) const {
    const bool leftovers = report.groups.empty() && std::ranges::any_of(remains_, [](const auto& tenant) {
                             return std::ranges::any_of(tenant.second, &Remains::has_ways_in);
                           });
    std::string ends;
    if (!enterprises_.empty()) {
      ends = "end the grants of " + email_ + " in " + enumerated(enterprises_, 5);
    } else if (leftovers) {
      ends = "end the sessions, keys and invitations of " + email_;
    }
    const std::string beyond = departing_.elsewhere();
    return ends + (ends.empty() || beyond.empty() ? "" : ", and ") + beyond;
  }

  // Tenants that cannot be entered hear of it later. First: another run would find nothing to do.
  void note(const FleetReport& report) {
    if (!report.groups.empty() || !ends_elsewhere(report).empty()) departing_.note();
  }

  void suggest() {
    if (leaver_.missing().empty()) return;
    visit([&](Connection& database, const Tenant&) { leaver_.suggest(email_, near_users(database, email_)); });
  }

  // All or nothing: whoever leaves as the last admin of one tenant stays everywhere until somebody else is.
  void refuse_last_admins() {
    std::vector<std::string> reasons;
    for (const TenantFailure& failure : fleet_->report().failures) {
      if (failure.error.kind() != ErrorKind::refused) continue;
      std::string why = failure.error.what();
      if (why.starts_with("refused: ")) why.erase(0, 9);
      reasons.push_back("tenant " + failure.tenant + ": " + why);
    }
    if (!reasons.empty()) {
      throw Error(
          ErrorKind::refused, "refused: " + enumerated(reasons, 5, "; "),
          "Make somebody else an admin there first, or leave the tenant out with --exclude. Nothing was changed.");
    }
    Json grants = Json::array();
    for (const Enterprise& enterprise : list_enterprises(platform_)) {
      std::vector<EnterpriseGrant> held = enterprise_grants(platform_, enterprise.key);
      std::erase_if(held, [&](const EnterpriseGrant& grant) { return !people_.contains(grant.person); });
      if (held.empty()) continue;
      enterprises_.push_back(enterprise.key);
      const auto refusal = last_admin_refusal(read_standing(platform_, enterprise.key), {}, person_grants(held));
      if (refusal) throw Error(*refusal);
      for (const EnterpriseGrant& grant : held) {
        grants.push_back({{"enterprise", enterprise.key}, {"email", grant.email}, {"role", grant.role}});
        session_.terminal().info("enterprise " + enterprise.key + ": the grant of role " + grant.role + " ends");
      }
    }
    fleet_->attach("enterprise_grants", std::move(grants));
  }

  void tell(const std::string& slug, const Remains& user) const {
    const std::string what = user.words();
    if (user.is_gone() && !user.has_work()) return;
    session_.terminal().info("tenant " + slug + ": " + user.email + " (" + user.status + ")" +
                             (what.empty() ? "" : " has " + what));
    if (!user.has_work()) return;
    if (with_heir_.contains(slug)) {
      session_.terminal().info("tenant " + slug + ": " + work_of(user) + " will be assigned to " + heir_);
    } else if (heir_.empty()) {
      session_.terminal().warn("tenant " + slug + ": " + work_of(user) + " stays assigned to " + user.email +
                               "; give it to somebody with --reassign-to");
    } else {
      session_.terminal().warn("tenant " + slug + ": " + work_of(user) + " stays assigned to " + user.email + ": " +
                               heir_ + " is not an active user there");
    }
  }

  std::map<std::string, std::string> left_out() const {
    std::map<std::string, std::string> all;
    for (const Tenant& tenant : tenants_) {
      if (!can_be_read(tenant)) all[tenant.slug] = why_unread(tenant);
    }
    return all;
  }

  // After the tenants: what the registry grants ends even where one of them could not be reached, so that no new tenant
  // is given anything; and then what is left is read.
  void finish() {
    bool ended = !fleet_->report().run.empty() || departing_.has_noted();
    for (const std::string& key : enterprises_) {
      ended |= !end_enterprise_people(platform_, key, {people_.begin(), people_.end()}).empty();
    }
    if (ended) record_offboarding(platform_, email_, heir_, remains_.size());
    if (!prove_) return;
    const auto everywhere = [&](const std::function<void(Connection&, const Tenant&)>& work) { return visit(work); };
    proof_ = read_proof(platform_, everywhere, {.email = email_, .people = people_, .work_too = !heir_.empty()});
    fleet_->attach("proof", to_json(proof_));
  }

  Session& session_;
  const std::string email_;
  const std::string heir_;
  const bool prove_;
  Platform platform_;
  const RunRecord record_;
  std::vector<Tenant> tenants_;
  Departing departing_;
  FleetPlan* fleet_ = nullptr;
  NamedPeople leaver_;
  NamedPeople heirs_;
  std::mutex mutex_;
  std::set<std::string> people_;                         // UUIDs of the registry
  std::map<std::string, std::vector<Remains>> remains_;  // by tenant, before
  std::set<std::string> with_heir_;                      // tenants where the heir is an active user
  std::vector<std::string> enterprises_;                 // whose grants end
  Proof proof_;
};

int offboard(Session& session, const OffboardOptions& options) {
  if (!session.settings().as.empty()) {
    throw Error(ErrorKind::refused, "refused: 'user offboard' reaches every tenant and is for staff",
                "In one tenant: acctl user deactivate " + options.email + " --as …");
  }
  if (session.given("--tenant") || session.given("--match")) {
    throw Error(ErrorKind::invalid, "'user offboard' reaches every tenant",
                "Leave tenants out with --exclude; in single ones use 'acctl user deactivate'.");
  }
  if (options.prove && session.settings().dry_run) {
    throw Error(ErrorKind::invalid, "--prove and --dry-run exclude each other");
  }
  return Offboarding(session, options).run();
}

}  // namespace

Command user_offboard_command() {
  auto options = std::make_shared<OffboardOptions>();
  return {
      .name = "offboard",
      .summary = "end everything that somebody has, in every tenant",
      .description =
          "Suspends the user in every tenant, suspended ones included, and takes away roles, direct permissions, role "
          "template, teams and CRM access; sessions, API keys and invitations end, and so do the grants of "
          "enterprises, also under other addresses of the same person. Open tickets and items that are assigned to "
          "the user are named, or assigned to somebody else. If the user is the last admin of a tenant, or the last "
          "enterprise admin, nothing is changed (exit 5). Running it again changes nothing.\n\nA tenant that is held "
          "for deletion cannot be entered: access ends there when it is resumed, before anybody is let in. A tenant "
          "that "
          "is not finished and has this person as its first administrator is not finished before another one is named "
          "('acctl tenant create' with another --admin-email).\n\nWith --prove every "
          "tenant is read again afterwards: the exit code is 0 only if nothing is left, and 6 if a tenant could not "
          "be read. The user stays as a suspended user; 'acctl user delete' frees the seat.",
      .arguments = {{.name = "EMAIL", .help = "the user who leaves", .target = &options->email}},
      .options = {{.name = "--reassign-to",
                   .value = "EMAIL",
                   .help = "assign open tickets and items to this user, where they are active",
                   .target = &options->reassign_to},
                  {.name = "--prove",
                   .value = "",
                   .help = "read every tenant afterwards and show that nothing is left",
                   .target = &options->prove},
                  exclude_option(options->exclude)},
      .examples = {{"acctl user offboard ana@acme.example", "Show what ends, and ask."},
                   {"acctl user offboard ana@acme.example --reassign-to ben@acme.example --prove --yes",
                    "Hand over open work, and prove that nothing is left."}},
      .formats = report_formats(),
      .run = [options](Session& session) { return offboard(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
