#include "provisioning/tenants/provision.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "provisioning/base/step.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/tenants/departures.hpp"
#include "provisioning/tenants/departures.sql.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/file_storage.hpp"
#include "provisioning/tenants/first_invitations.hpp"
#include "provisioning/tenants/provision.sql.hpp"
#include "provisioning/tenants/registry.sql.hpp"
#include "provisioning/tenants/reservation.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/template_database.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

// The state of one run that provisions one tenant.
class ProvisioningRun {
 public:
  ProvisioningRun(Platform& its_platform, const Secret& its_key, Tenant& its_tenant, Provisioned its_how)
      : platform(its_platform),
        key(its_key),
        tenant(its_tenant),
        how(its_how),
        pack(require_pack(tenant.pack)),
        names(tenant.names()),
        server(platform.server(tenant.server, tenant.server_dsn)) {}

  // Begun with the first call; a session that cannot be had is noticed when it is asked something.
  Connection& database() {
    if (!database_) database_ = enter_unchecked(platform, tenant, Connect::async);
    return *database_;
  }
  void leave_database() { database_.reset(); }

  Platform& platform;
  const Secret& key;  // of the platform
  Tenant& tenant;
  const Provisioned how;
  const Pack& pack;
  const TenantNames names;
  Connection& server;
  bool copied = false;           // the database, in this run
  bool seeded = false;           // by an earlier run
  GrantList grants;              // of its enterprise, as they were seeded
  std::int64_t invitations = 0;  // that wait to be sent
  bool stays_shut = false;       // until it is filled: ends suspended, and is shut before the registry says so

 private:
  std::unique_ptr<Connection> database_;
};

void make_registry(ProvisioningRun& run) {
  // The row exists, because the run was created from it. Names that were released by hand are reserved again.
  if (names_reserved(run.tenant)) return;
  reserve_names_again(run.platform, run.tenant);
  run.tenant = require_tenant(run.platform, run.tenant.slug);
}

void make_database(ProvisioningRun& run) {
  const std::string source = template_name(run.pack);
  const ServerFacts facts = run.how == Provisioned::created ? look_at_databases(run.server, run.names, source)
                                                            : look_at_server(run.server, run.names, source);
  if (facts.database == DatabaseState::foreign) {
    throw Error(
        ErrorKind::conflict,
        "server " + run.tenant.server + " has a database '" + run.names.database + "' that is not this tenant's",
        "Rename or drop that database, or choose another slug; acctl does not touch it.");
  }
  if (facts.database == DatabaseState::present && facts.open && facts.owner_role && facts.app_role) return;
  const bool to_copy = facts.database == DatabaseState::absent || facts.database == DatabaseState::broken;
  if (to_copy && !facts.template_ready) {
    build_template(run.platform, run.server, run.tenant.server_dsn, run.pack);
  }
  make_application_role(run.server, run.names, facts);
  if (facts.database == DatabaseState::broken) drop_tenant_database(run.server, run.names, run.names.database);
  if (to_copy) copy_template(run.server, run.names, source);
  open_tenant_database(run.server, run.names);
  run.copied = to_copy;
}

int head_version() { return static_cast<int>(tenant_migrations().size()); }

[[noreturn]] void throw_not_ours(const Tenant& tenant) {
  throw Error(ErrorKind::conflict, "the database '" + tenant.database + "' says that it belongs to another tenant",
              "See 'acctl tenant doctor'.");
}

// The version of a database that was there before this run, and whether it was seeded.
int look_inside(ProvisioningRun& run) {
  try {
    const Rows facts = run.database().query(sql::tenant_facts);
    const int version = applied_version(run.database(), facts, tenant_migrations());
    if (version == 0) return 0;
    run.seeded = !facts.is_null(0, 4);
    const bool other = run.seeded && facts.text(0, 4) != run.tenant.id;
    if (facts.text(0, 3) != run.tenant.database || other) throw_not_ours(run.tenant);
    return version;
  } catch (const SqlError& error) {
    if (!lacks_schema(error)) throw;
    return 0;
  }
}

void make_schema(ProvisioningRun& run) {
  Connection& database = run.database();
  prepare_activation(run.platform);  // while the server begins the session
  // A copy of the template has its schema; what the seed step is answered is the proof.
  if (!run.copied && look_inside(run) < head_version()) {
    migrate(database, tenant_migrations(), "pg_database_owner", run.tenant.owner_role);
  }
  run.tenant.schema_version = head_version();
}

void make_storage(ProvisioningRun& run) { create_storage(run.tenant.storage); }

void check_reserved(const ProvisioningRun& run, bool reserved, const std::string& what) {
  if (reserved) return;
  throw Error(ErrorKind::conflict, "tenant " + run.tenant.slug + " has no " + what + ": another tenant holds it",
              "See 'acctl tenant doctor'.");
}

// Names are reserved with the registry row, because a clash must be found before the first resource is made.
void make_routing(ProvisioningRun& run) { check_reserved(run, !run.tenant.hostnames.empty(), "host name"); }
void make_email(ProvisioningRun& run) { check_reserved(run, !run.tenant.support_address.empty(), "support address"); }

// What a copy of the template does not have: whose it is, its administrator with an invitation, its own names. False if
// another run was here first.
bool seed(ProvisioningRun& run) {
  Tenant& tenant = run.tenant;
  try {
    const std::vector<Rows> answers = run.database().batch(
        {{sql::seed_tenant,
          with_entitlement(
              run.platform, tenant,
              {tenant.id, tenant.slug, tenant.epoch, tenant.pack, std::string(run.pack.digest), tenant.admin_email,
               tenant.admin_name, tenant.name, tenant.support_address, tenant.hostnames.front(), tenant.database})},
         make_seed_invitations(tenant, {normal_key(KeyForm::email, tenant.admin_email)}, run.key)});
    const Rows& seeded = answers.front();
    if (applied_version(run.database(), seeded, tenant_migrations()) < head_version()) {
      throw Error(ErrorKind::failed,
                  "the template '" + template_name(run.pack) + "' does not have the schema of its name",
                  "Drop that template, then run 'acctl tenant retry " + tenant.slug + "'.");
    }
    if (seeded.integer(0, 3) != 1) throw_not_ours(tenant);
    tenant.seats_used = seeded.integer(0, 4);
    run.invitations = 1;
    return true;
  } catch (const SqlError& error) {
    if (error.constraint() != "tenant_pkey") throw;
    return false;
  }
}

// The fence shows which of two runs is the later one.
void take_seeded(ProvisioningRun& run) {
  Tenant& tenant = run.tenant;
  const Rows seats =
      run.database().query(sql::take_tenant, with_entitlement(run.platform, tenant, {tenant.id, tenant.epoch}));
  if (seats.empty()) throw_overtaken(tenant);
  tenant.seats_used = seats.integer(0, 0);
}

void make_seed(ProvisioningRun& run) {
  if (run.seeded || !seed(run)) {
    if (!run.seeded) look_inside(run);
    take_seeded(run);
    take_out_departed(run.platform, run.tenant);
    run.invitations = count_mails_to_send(run.database());
  }
  if (run.tenant.enterprise) {
    appoint_founder(run.platform, run.tenant, run.database());
    run.grants = recorded_grants(run.platform, *run.tenant.enterprise);
    seed_grants(wanted_grants(run.platform, *run.tenant.enterprise), run.platform.actor(), run.tenant, run.database());
    run.invitations += invite_uninvited(run.database(), run.tenant, run.key);
  }
}

// People who left, and grants that were made or revoked, after the seed have skipped this tenant, because it was not
// active yet.
void catch_up(ProvisioningRun& run) {
  const bool left = !run.platform.control().query(sql::departures_of_tenant, {run.tenant.id}).empty();
  if (left) end_deferred_access(run.platform, run.tenant, "tenant create");
  if (!run.tenant.enterprise) return;
  if (recorded_grants(run.platform, *run.tenant.enterprise) == run.grants) return;
  seed_grants(wanted_grants(run.platform, *run.tenant.enterprise), run.platform.actor(), run.tenant, run.database());
  run.invitations += invite_uninvited(run.database(), run.tenant, run.key);
}

struct ProvisioningStep {
  std::string_view name;
  void (*make)(ProvisioningRun&);
};

// The eight steps but the last, which is activation: it publishes, so it is written in one update with the records.
constexpr std::array<ProvisioningStep, 7> provisioning_steps = {{{"registry", make_registry},
                                                                 {"database", make_database},
                                                                 {"migrate", make_schema},
                                                                 {"storage", make_storage},
                                                                 {"routing", make_routing},
                                                                 {"email", make_email},
                                                                 {"seed", make_seed}}};

std::vector<std::string> step_names() {
  std::vector<std::string> names;
  for (const ProvisioningStep& step : provisioning_steps) names.emplace_back(step.name);
  names.emplace_back("activate");
  return names;
}

void activate(ProvisioningRun& run, std::vector<StepOutcome>& outcomes) {
  outcomes.push_back(
      {.name = "activate", .done = true, .error = {}, .started = Clock::now(), .finished = Clock::now()});
  run.leave_database();  // the server ends that session meanwhile
  if (run.stays_shut) lock_application_out(run.server, run.names);
  activate_tenant(run.platform, run.tenant, outcomes);
}

// Transient trouble leaves the tenant provisioning; anything else needs a look and makes it `failed`.
bool needs_attention(const Error& error) {
  if (error.kind() == ErrorKind::connection || error.kind() == ErrorKind::locked) return false;
  const auto* sql_error = dynamic_cast<const SqlError*>(&error);
  return sql_error == nullptr || sql_error->sqlstate() != "53100";
}

void record_failure(ProvisioningRun& run, std::vector<StepOutcome>& outcomes, const Error& error) {
  if (!run.platform.control().usable() || error.kind() == ErrorKind::interrupted) return;
  try {
    Transaction transaction(run.platform.control());
    record_steps(transaction, run.tenant, outcomes);
    if (needs_attention(error)) {
      transaction.query(sql::set_tenant_status,
                        {run.tenant.id, run.tenant.epoch, "failed", "provisioning failed", std::int64_t{0}});
    }
    record_audit(transaction, run.platform, run.tenant, "tenant.create", "failed", "",
                 nlohmann::json{{"step", outcomes.back().name}, {"error", error.what()}}.dump(
                     -1, ' ', false, nlohmann::json::error_handler_t::replace));
    transaction.commit();
  } catch (const Error&) {
    // The first error is the one to report; what could not be recorded is found by looking at the world again.
  }
}

void run_steps(ProvisioningRun& run, const StepListener& listener) {
  std::vector<StepOutcome> outcomes;
  try {
    for (const ProvisioningStep& step : provisioning_steps) {
      const Step making("creating tenant " + run.tenant.slug + ", step " + std::string(step.name));
      listener(run.tenant.slug, step.name);
      outcomes.push_back({.name = std::string(step.name), .started = Clock::now(), .finished = {}});
      step.make(run);
      outcomes.back().done = true;
      outcomes.back().finished = Clock::now();
    }
    listener(run.tenant.slug, "activate");
    activate(run, outcomes);
  } catch (const Error& error) {
    outcomes.back().done = false;
    outcomes.back().error = error.what();
    outcomes.back().finished = Clock::now();
    record_failure(run, outcomes, error);
    if (error.kind() == ErrorKind::interrupted) throw;
    throw Error(error.kind(),
                "tenant " + run.tenant.slug + ": step " + outcomes.back().name + " failed: " + error.what(),
                (error.hint().empty() ? "" : error.hint() + " ") + "To resume: acctl tenant retry " + run.tenant.slug);
  }
}

// The registry is not trusted about a complete tenant: its database must answer as the tenant's, at the head version.
// With whether its mail waits, which no run sends while it is suspended.
ProvisionResult verified(const Platform& platform, const Tenant& tenant) {
  const TenantSession database = enter(platform, tenant);
  const bool waits = database->query(sql::mail_waits).boolean(0, 0) && tenant.status == "active";
  if (storage_exists(tenant.storage)) return {tenant, Provisioned::unchanged, waits};
  throw Error(ErrorKind::conflict,
              "tenant " + tenant.slug + " is registered as " + tenant.status + ", and its storage does not exist",
              "See 'acctl tenant doctor " + tenant.slug + "'.");
}

// Provisioned completely; provisioning does not change that it was suspended afterwards.
bool is_complete(const Tenant& tenant) { return is_reached(tenant, Reach::suspended_too); }

// Why a tenant in this state cannot be provisioned further; nothing if it can, or is complete.
std::optional<Error> objection(const Tenant& tenant) {
  if (is_complete(tenant) || tenant.status == "provisioning" || tenant.status == "failed") return std::nullopt;
  return Error(ErrorKind::conflict, "tenant " + tenant.slug + " exists and is " + tenant.status,
               "See 'acctl tenant status " + tenant.slug + "'.");
}

std::optional<Error> objection(Platform& platform, const Tenant& tenant, const TenantRequest& request) {
  // A mistyped slug must not overwrite the configuration of another tenant.
  if (!request.clone_of.empty() &&
      !platform.control().query(sql::tenant_is_clone_of, {tenant.id, request.clone_of}).boolean(0, 0)) {
    return Error(ErrorKind::conflict, "tenant " + tenant.slug + " exists and is not a clone of that tenant",
                 "Nothing was changed. Choose another slug, or use 'acctl export' and 'acctl import -t " + tenant.slug +
                     "' to replace its configuration.");
  }
  // Nobody who has left is invited: the same call may name another administrator, and only then.
  std::optional<Error> departed = departed_admin(platform, tenant);
  const Tenant compared = departed ? replace_admin(tenant, request) : tenant;
  if (departed && compared.admin_email != tenant.admin_email) departed = departed_admin(platform, compared);
  const std::vector<std::string> points = differences(compared, request);
  if (points.empty()) return departed ? departed : objection(tenant);
  return Error(ErrorKind::conflict, "tenant " + tenant.slug + " exists with other arguments: " + join(points, "; "),
               "Leave them out, or choose another slug.");
}

Tenant require_resumable(Platform& platform, const std::string& slug) {
  Tenant tenant = require_tenant(platform, slug);
  if (const auto why_not = objection(tenant)) throw Error(*why_not);
  if (const auto departed = departed_admin(platform, tenant)) throw Error(*departed);
  return tenant;
}

ProvisionResult resume(Platform& platform, TenantLock& lock, Tenant tenant, Provisioned how,
                       const StepListener& listener, bool is_filled = false) {
  if (is_complete(tenant)) return verified(platform, tenant);
  const Secret key = platform_key(platform);
  if (how == Provisioned::resumed) begin_run(platform, tenant);
  ProvisioningRun run(platform, key, tenant, how);
  run.stays_shut = is_filled || (how == Provisioned::resumed && !tenant.unfinished.empty());
  run_steps(run, listener);
  catch_up(run);
  lock.release();  // before the run is left: the end of its session keeps the server busy
  return {.tenant = std::move(tenant), .how = how, .invitations = run.invitations};
}

ProvisionResult rehearse_going_on(Platform& platform, Tenant tenant, FoundersToBe& founders) {
  if (is_complete(tenant)) return verified(platform, tenant);
  const std::int64_t invitations = foresee_invitations(platform, tenant, founders);
  return {.tenant = std::move(tenant), .how = Provisioned::resumed, .invitations = invitations};
}

}  // namespace

ProvisionResult create_tenant(Platform& platform, const TenantRequest& request, const StepListener& listener) {
  check(request);
  platform_key(platform, Mode::rehearse);  // one that is missing is missed before anything is made
  TenantLock lock(platform, request.slug);
  const bool sparse = request.admin_email.empty() || request.name.empty();
  if (sparse && !find_tenant(platform, request.slug)) require_name_and_admin(request);
  if (auto reserved = reserve_tenant(platform, request, step_names())) {
    return resume(platform, lock, std::move(*reserved), Provisioned::created, listener, request.is_filled);
  }
  Tenant existing = require_tenant(platform, request.slug);
  if (const auto why_not = objection(platform, existing, request)) throw *why_not;
  replace_departed_admin(platform, existing, request);
  return resume(platform, lock, std::move(existing), Provisioned::resumed, listener);
}

std::optional<ProvisionResult> unchanged_tenant(const Platform& platform, const Tenant& tenant,
                                                const TenantRequest& request) {
  if (!is_complete(tenant) || !differences(tenant, request).empty()) return std::nullopt;
  return verified(platform, tenant);
}

ProvisionResult retry_tenant(Platform& platform, const std::string& slug, const StepListener& listener) {
  TenantLock lock(platform, slug);
  return resume(platform, lock, require_resumable(platform, slug), Provisioned::resumed, listener);
}

ProvisionResult rehearse_retry(Platform& platform, const std::string& slug) {
  const TenantLock lock(platform, slug);
  FoundersToBe founders;
  return rehearse_going_on(platform, require_resumable(platform, slug), founders);
}

ProvisionResult rehearse_tenant(Platform& platform, const TenantRequest& request, FoundersToBe& founders) {
  check(request);
  const TenantLock lock(platform, request.slug);
  if (const auto existing = find_tenant(platform, request.slug)) {
    if (const auto why_not = objection(platform, *existing, request)) throw *why_not;
    return rehearse_going_on(platform, *existing, founders);
  }
  require_name_and_admin(request);
  ProvisionResult result;
  {
    Transaction transaction(platform.control());
    result.tenant = reserve_tenant(platform, request, step_names()).value();  // rolled back
  }
  result.invitations = foresee_invitations(platform, result.tenant, founders);
  return result;
}

}  // namespace acctl
