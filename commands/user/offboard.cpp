#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/departing.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/offboard_person.hpp"
#include "commands/user/offboard_proof.hpp"
#include "commands/user/offboard_report.hpp"
#include "commands/user/user.hpp"
#include "provisioning/platform/enterprises.hpp"
#include "provisioning/tenants/enterprise_people.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

// What enterprises have granted to `people` (UUIDs).
EnterpriseLosses find_ending_grants(Platform& platform, const std::set<std::string>& people) {
  EnterpriseLosses ending;
  for (const Enterprise& enterprise : list_enterprises(platform)) {
    std::vector<EnterpriseGrant> held = enterprise_grants(platform, enterprise.key);
    std::erase_if(held, [&](const EnterpriseGrant& grant) { return !people.contains(grant.person); });
    if (!held.empty()) ending[enterprise.key].revoked = person_grants(held);
  }
  return ending;
}

struct OffboardUser {
  std::string email;
  std::string reassign_to;
  bool prove = false;
  std::vector<std::string> exclude;
};

bool is_active_user(const TenantSession& database, const std::string& email) {
  const std::vector<Remains> found = remains_of_users(database, {email});
  return !found.empty() && found.front().status == "active";
}

// One person who leaves, in all tenants of the platform.
class Offboarding {
 public:
  Offboarding(Session& session, const OffboardUser& options)
      : session_(session),
        email_(parse_emails({options.email}).front()),
        heir_(options.reassign_to.empty() ? "" : parse_emails({options.reassign_to}).front()),
        prove_(options.prove),
        platform_(open_platform(session)),
        record_(make_run_record(session, "user offboard", "", {})),
        departing_(platform_, tenants_),
        leaver_({email_}),
        heirs_(heir_.empty() ? std::vector<std::string>() : std::vector<std::string>{heir_}) {
    if (heir_ == email_) throw Error(ErrorKind::invalid, "--reassign-to names the user who is to be offboarded");
    tenants_ = list_targets(platform_, {});
    std::erase_if(tenants_, [&](const Tenant& tenant) {
      return std::ranges::find(options.exclude, tenant.slug) != options.exclude.end();
    });
  }

  int run() {
    person_ = find_leaving_person(session_, platform_, tenants_, email_);
    FleetJob job = make_fleet_job(session_, {.max_removals = {}}, [&](TenantSession& database, const Tenant& tenant) {
      return edit_in(database, tenant);
    });
    job.reach = Reach::suspended_too;
    FleetPlan fleet(platform_, tenants_, std::move(job));
    fleet_ = &fleet;
    const Hooks beside{.elsewhere = [&](const FleetReport& report) { return ends_elsewhere(report); },
                       .losses = [&] { return ending_ = find_ending_grants(platform_, person_.people); },
                       .planned = [&] { planned(); },
                       .before = [&](const FleetReport& report) { note(report); },
                       .after = [&](const FleetReport&) { finish(); }};
    execute_plan(session_, fleet, record_.command, Ask::where_taken_away, beside);
    if (prove_) require_proof(session_.terminal(), proof_, email_);
    if (!session_.settings().dry_run) departing_.require_reached();
    return 0;
  }

 private:
  // Called by several threads.
  std::optional<Edit> edit_in(const TenantSession& database, const Tenant& tenant) {
    const std::vector<std::string> users = users_of_people(database, person_.addresses, person_.people);
    if (!heir_.empty()) heirs_.look(database, tenant.slug);
    leaver_.visited(tenant.slug);
    if (users.empty()) {
      if (was_deleted(database, "users", email_)) leaver_.found(email_);
      return std::nullopt;
    }
    leaver_.found(email_);
    const std::vector<Remains> remains = remains_of_users(database, users);
    const bool takes_over = !heir_.empty() && is_active_user(database, heir_);
    {
      const std::lock_guard lock(mutex_);
      remains_[tenant.slug] = remains;
      if (takes_over) with_heir_.insert(tenant.slug);
    }
    // Everything belongs to the one person whom the command names, so that a cap on removals would protect nobody.
    Edit edit{.scope = scope_of_offboarding(users), .desired = {}, .guards = {.max_removals = {}}};
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

  // All tenants are planned, and nobody was asked yet: refuses, or reports what will end.
  void planned() {
    if (!person_.people.empty()) leaver_.found(email_);
    look_beyond();
    require_people();
    refuse_last_admins();
    report_grants();
    nlohmann::ordered_json users = nlohmann::ordered_json::array();
    OffboardRemarks remarks(session_.terminal());
    report_person(remarks);
    for (const auto& [slug, here] : remains_) {
      const Successor successor{.email = heir_, .is_active = with_heir_.contains(slug)};
      for (const Remains& user : here) {
        users.push_back(remains_record(slug, user));
        report_remains(remarks, slug, user, successor);
      }
    }
    departing_.report(session_.terminal());
    for (const auto& [slug, why] : unreadable_tenants(tenants_)) {
      if (departing_.speaks_of(slug)) continue;
      remarks.warnings.say("tenant " + slug + " is skipped: it " + why +
                           (why == held_for_deletion ? "; access there ends when the tenant is resumed" : ""));
    }
    fleet_->attach("users", std::move(users));
    if (auto deferred = departing_.records(); !deferred.empty()) fleet_->attach("deferred", std::move(deferred));
  }

  void report_grants() const {
    nlohmann::ordered_json grants = nlohmann::ordered_json::array();
    for (const auto& [enterprise, loss] : ending_) {
      for (const PersonGrant& grant : loss.revoked) {
        grants.push_back({{"enterprise", enterprise}, {"email", grant.email}, {"role", grant.role}});
        session_.terminal().info("enterprise " + enterprise + ": the grant of role " + grant.role + " ends");
      }
    }
    fleet_->attach("enterprise_grants", std::move(grants));
  }

  // Under which other addresses the person is a user, and who may be the same person.
  void report_person(OffboardRemarks& remarks) const {
    std::set<std::string> others;
    for (const auto& [slug, users] : remains_) {
      for (const Remains& user : users) {
        if (user.email != email_) others.insert(user.email);
      }
    }
    for (const std::string& other : others) remarks.notes.say(other + " is another address of " + email_);
    for (const auto& [slug, emails] : person_.doubtful) {
      for (const std::string& email : emails) {
        remarks.warnings.say("tenant " + slug + ": " + email + " has the external ID of " + email_ +
                             " and is not offboarded; if this is the same person, offboard this address, too");
      }
    }
  }

  // Asks the registry about tenants that cannot be entered, by all addresses that were found elsewhere.
  void look_beyond() {
    std::set<std::string> emails = person_.addresses;
    for (const auto& [slug, users] : remains_) {
      for (const Remains& user : users) emails.insert(user.email);
    }
    departing_.look({.emails = {emails.begin(), emails.end()}, .people = person_.people, .roles_too = true},
                    leaver_.missing());
    if (departing_.may_have(email_)) leaver_.found(email_);
  }

  // Throws Error(invalid) if no tenant has the user or the one who takes over. A tenant that failed may have them.
  void require_people() {
    const bool unsure = std::ranges::any_of(fleet_->report().failures, [](const TenantFailure& failure) {
      return failure.error.kind() != ErrorKind::refused;
    });
    if (unsure) return;
    if (!leaver_.missing().empty()) {
      visit_readable_tenants(session_, platform_, tenants_, [&](const TenantSession& database, const Tenant&) {
        leaver_.suggest(email_, near_users(database, email_));
      });
      Remarks unread(session_.terminal(), Remarks::Tone::warning);
      for (const auto& [slug, why] : unreadable_tenants(tenants_)) {
        // Of a tenant that is held, the registry knows that the person is no user there.
        if (why != held_for_deletion) unread.say("tenant " + slug + " was not searched: it " + why);
      }
    }
    leaver_.require();
    heirs_.require();
  }

  // All or nothing: the last admin of one tenant keeps all access until somebody else is an admin there.
  void refuse_last_admins() const {
    std::vector<std::string> reasons;
    for (const TenantFailure& failure : fleet_->report().failures) {
      if (failure.error.kind() != ErrorKind::refused) continue;
      std::string why = failure.error.what();
      if (why.starts_with("refused: ")) why.erase(0, 9);
      reasons.push_back("tenant " + failure.tenant + ": " + why);
    }
    if (reasons.empty()) return;
    throw Error(ErrorKind::refused, "refused: " + enumerated(reasons, 5, "; "),
                "Make another user an admin there first, or skip the tenant with --exclude. Nothing was changed.");
  }

  // What ends beside the plans: grants of enterprises, the ways in of somebody who is suspended already, and access in
  // tenants that cannot be entered.
  std::string ends_elsewhere(const FleetReport& report) const {
    const bool leftovers = report.groups.empty() && std::ranges::any_of(remains_, [](const auto& tenant) {
                             return std::ranges::any_of(tenant.second, &Remains::has_ways_in);
                           });
    std::string ends;
    if (!ending_.empty()) {
      std::vector<std::string> enterprises;
      for (const auto& [enterprise, loss] : ending_) enterprises.push_back(enterprise);
      ends = "end the grants of " + email_ + " in " + enumerated(enterprises, 5);
    } else if (leftovers) {
      ends = "end the sessions, keys and invitations of " + email_;
    }
    const std::string beyond = departing_.elsewhere();
    return ends + (ends.empty() || beyond.empty() ? "" : ", and ") + beyond;
  }

  // Records the departure for tenants that cannot be entered. It comes before everything else is written, because after
  // an interruption another run would find nothing left to do and would not record it.
  void note(const FleetReport& report) {
    if (!report.groups.empty() || !ends_elsewhere(report).empty()) departing_.note();
  }

  // After the tenants. The grants of the registry end even if a tenant could not be reached, so that no tenant that an
  // enterprise adds later gives the person anything. The proof reads what is left after that.
  void finish() {
    bool ended = !fleet_->report().run.empty() || departing_.has_noted();
    for (const auto& [enterprise, loss] : ending_) {
      ended |= !end_enterprise_people(platform_, enterprise, {person_.people.begin(), person_.people.end()}).empty();
    }
    if (ended) record_offboarding(platform_, email_, heir_, remains_.size());
    if (!prove_) return;
    proof_ = prove_offboarding(session_, platform_,
                               {.tenants = tenants_, .email = email_, .person = person_, .work_too = !heir_.empty()});
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
  LeavingPerson person_;
  std::mutex mutex_;                                     // guards the next two while tenants are visited
  std::map<std::string, std::vector<Remains>> remains_;  // by tenant, before the run
  std::set<std::string> with_heir_;                      // tenants in which the heir is an active user
  EnterpriseLosses ending_;                              // the grants that end
  OffboardProof proof_;
};

int run(Session& session, const OffboardUser& options) {
  if (!session.settings().as.empty()) {
    throw Error(ErrorKind::refused, "refused: 'user offboard' acts on every tenant and cannot be used with --as",
                "For a single tenant, use 'acctl user deactivate " + options.email + " --as …'.");
  }
  if (session.given("--tenant") || session.given("--match")) {
    throw Error(ErrorKind::invalid, "'user offboard' acts on every tenant; --tenant and --match cannot be used",
                "Skip tenants with --exclude; for single tenants, use 'acctl user deactivate'.");
  }
  if (options.prove && session.settings().dry_run) {
    throw Error(ErrorKind::invalid, "--prove cannot be combined with --dry-run");
  }
  return Offboarding(session, options).run();
}

}  // namespace

Command user_offboard_command() {
  return command<OffboardUser>("offboard", "end all access of a person who leaves, in every tenant", run)
      .describe(R"(
Suspends the user in every tenant, including suspended tenants, and removes roles, direct permissions, role template,
teams and CRM access. Sessions, API keys, invitations and enterprise grants end, also under other addresses of the same
person: those of a grant of an enterprise, those before and after a change of address that a ledger tells of, and those
of users with the same external ID at an identity provider with the same issuer. Open tickets and items that are assigned to the user are listed, or assigned to another user. If the user is the
last admin of a tenant or of an enterprise, nothing is changed (exit 5). Running the command again changes nothing.

A tenant that is held for deletion cannot be entered: access there ends when the tenant is resumed, before anybody can
sign in. An unfinished tenant whose first administrator is this person can only be finished after another one is named
('acctl tenant create' with another --admin-email).

With --prove, every tenant is read again afterwards: the exit code is 0 only if no access is left, and 6 if a tenant
could not be read, or if a user with the same external ID has access, of whom it is not known whether this is the same
person (the identity provider is not configured in both tenants). The user remains as a suspended user; 'acctl user delete' frees the seat.)")
      .argument("EMAIL", "user who leaves", &OffboardUser::email)
      .option("--reassign-to EMAIL", "assign open tickets and items to this user, in tenants where the user is active",
              &OffboardUser::reassign_to)
      .option("--prove", "read every tenant afterwards and verify that no access is left", &OffboardUser::prove)
      .with(exclude_option, &OffboardUser::exclude)
      .example("acctl user offboard ana@acme.example", "Show what ends and prompt.")
      .example("acctl user offboard ana@acme.example --reassign-to ben@acme.example --prove --yes",
               "Hand over open work and verify that no access is left.")
      .formats(report_formats());
}

}  // namespace acctl
