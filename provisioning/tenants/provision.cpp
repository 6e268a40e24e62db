#include "provisioning/tenants/provision.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "provisioning/access/invitations.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/model/formats.hpp"
#include "provisioning/tenants/departures.hpp"
#include "provisioning/tenants/enterprise.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/reservation.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/storage.hpp"
#include "provisioning/tenants/template.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

// Everything one run needs to know of one tenant's world.
class Site {
 public:
  Site(Platform& its_platform, const Secret& its_key, Tenant& its_tenant, Provisioned its_how)
      : platform(its_platform),
        key(its_key),
        tenant(its_tenant),
        how(its_how),
        pack(require_pack(tenant.pack)),
        names(tenant.names()),
        server(platform.server(tenant.server, tenant.server_dsn)) {}

  // Begun with the first call; a session that cannot be had is noticed when it is asked something.
  Connection& database() {
    if (!database_) database_ = enter_unchecked(platform, tenant, Begin::go_on);
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
  bool copied = false;  // the database, in this run
  bool seeded = false;  // by an earlier run
  GrantList grants;     // of its enterprise, as they were seeded

 private:
  std::unique_ptr<Connection> database_;
};

void make_registry(Site& site) {
  // The row is there, or there would be no site. Names that were given back by hand are reserved again.
  if (names_reserved(site.tenant)) return;
  reserve_names_again(site.platform, site.tenant);
  site.tenant = require_tenant(site.platform, site.tenant.slug);
}

void make_database(Site& site) {
  const std::string source = template_name(site.pack);
  const ServerFacts facts = site.how == Provisioned::created ? look_at_databases(site.server, site.names, source)
                                                             : look_at_server(site.server, site.names, source);
  if (facts.database == DatabaseState::foreign) {
    throw Error(
        ErrorKind::conflict,
        "server " + site.tenant.server + " has a database '" + site.names.database + "' that is not this tenant's",
        "Rename or drop that database, or choose another slug; acctl does not touch it.");
  }
  if (facts.database == DatabaseState::present && facts.open && facts.owner_role && facts.app_role) return;
  const bool to_copy = facts.database == DatabaseState::absent || facts.database == DatabaseState::broken;
  if (to_copy && !facts.template_ready) {
    build_template(site.platform, site.server, site.tenant.server_dsn, site.pack);
  }
  make_application_role(site.server, site.names, facts);
  if (facts.database == DatabaseState::broken) drop_tenant_database(site.server, site.names, site.names.database);
  if (to_copy) copy_template(site.server, site.names, source);
  open_tenant_database(site.server, site.names);
  site.copied = to_copy;
}

int head_version() { return static_cast<int>(tenant_migrations().size()); }

[[noreturn]] void throw_not_ours(const Tenant& tenant) {
  throw Error(ErrorKind::conflict, "the database '" + tenant.database + "' says that it belongs to another tenant",
              "See 'acctl tenant doctor'.");
}

// The version of a database that was there before this run, and whether it was seeded.
int look_inside(Site& site) {
  try {
    const Rows facts = site.database().query(sql::tenant_facts);
    const int version = applied_version(site.database(), facts, tenant_migrations());
    if (version == 0) return 0;
    site.seeded = !facts.is_null(0, 4);
    const bool other = site.seeded && facts.text(0, 4) != site.tenant.id;
    if (facts.text(0, 3) != site.tenant.database || other) throw_not_ours(site.tenant);
    return version;
  } catch (const SqlError& error) {
    if (!lacks_schema(error)) throw;
    return 0;
  }
}

void make_schema(Site& site) {
  Connection& database = site.database();
  prepare_activation(site.platform);  // while the server begins the session
  // A copy of the template has its schema; what the seed step is answered is the proof.
  if (!site.copied && look_inside(site) < head_version()) {
    migrate(database, tenant_migrations(), "pg_database_owner", site.tenant.owner_role);
  }
  site.tenant.schema_version = head_version();
}

void make_storage(Site& site) { create_storage(site.tenant.storage); }

void check_reserved(const Site& site, bool reserved, const std::string& what) {
  if (reserved) return;
  throw Error(ErrorKind::conflict, "tenant " + site.tenant.slug + " has no " + what + ": another tenant holds it",
              "See 'acctl tenant doctor'.");
}

// Names are reserved with the registry row, because a clash must be found before the first resource is made.
void make_routing(Site& site) { check_reserved(site, !site.tenant.hostnames.empty(), "host name"); }
void make_email(Site& site) { check_reserved(site, !site.tenant.support_address.empty(), "support address"); }

// Whoever came with the seed is invited like everybody else. Not by this run: one that is killed now is finished by
// another, and both are the one seed.
Statement invitations_of_seed(const Site& site, const std::vector<std::string>& guests) {
  return invitations_for_added(site.tenant.id, guests, site.key, {.run = "seed"});
}

// What a copy of the template does not have: whose it is, its administrator with an invitation, its own names. False
// where another run was here first.
bool seed(Site& site) {
  Tenant& tenant = site.tenant;
  try {
    const std::vector<Rows> answers = site.database().batch(
        {{sql::seed_tenant,
          with_entitlement(
              site.platform, tenant,
              {tenant.id, tenant.slug, tenant.epoch, tenant.pack, std::string(site.pack.digest), tenant.admin_email,
               tenant.admin_name, tenant.name, tenant.support_address, tenant.hostnames.front(), tenant.database})},
         invitations_of_seed(site, {normal_key(KeyForm::email, tenant.admin_email)})});
    const Rows& seeded = answers.front();
    if (applied_version(site.database(), seeded, tenant_migrations()) < head_version()) {
      throw Error(ErrorKind::failed, "the template '" + template_name(site.pack) + "' has not the schema of its name",
                  "Drop that template; 'acctl tenant retry " + tenant.slug + "' brings this tenant to the schema.");
    }
    if (seeded.integer(0, 3) != 1) throw_not_ours(tenant);
    tenant.seats_used = seeded.integer(0, 4);
    return true;
  } catch (const SqlError& error) {
    if (error.constraint() != "tenant_pkey") throw;
    return false;
  }
}

// The fence tells which of two runs is the later one.
void take_seeded(Site& site) {
  Tenant& tenant = site.tenant;
  const Rows seats =
      site.database().query(sql::take_tenant, with_entitlement(site.platform, tenant, {tenant.id, tenant.epoch}));
  if (seats.empty()) throw_overtaken(tenant);
  tenant.seats_used = seats.integer(0, 0);
}

// People of the enterprise: those who were not here before.
void invite_others(Site& site) {
  const Rows uninvited = site.database().query(sql::users_without_invitation);
  std::vector<std::string> guests;
  for (int row = 0; row < uninvited.size(); ++row) guests.emplace_back(uninvited.text(row, 0));
  if (guests.empty()) return;
  const Statement invitations = invitations_of_seed(site, guests);
  site.database().query(invitations.sql.c_str(), invitations.parameters);
}

void make_seed(Site& site) {
  if (site.seeded || !seed(site)) {
    if (!site.seeded) look_inside(site);
    take_seeded(site);
    take_out_departed(site.platform, site.tenant);
  }
  if (site.tenant.enterprise) {
    appoint_founder(site.platform, site.tenant, site.database());
    site.grants = recorded_grants(site.platform, *site.tenant.enterprise);
    seed_grants(wanted_grants(site.platform, *site.tenant.enterprise), site.platform.actor(), site.tenant,
                site.database());
    invite_others(site);
  }
}

// Whoever left, and a grant that was made or taken back, since that was read has passed by a tenant that was not active
// yet.
void catch_up(Site& site) {
  const bool left = !site.platform.control().query(sql::departures_of_tenant, {site.tenant.id}).empty();
  if (left) end_deferred_access(site.platform, site.tenant, "tenant create");
  if (!site.tenant.enterprise) return;
  if (recorded_grants(site.platform, *site.tenant.enterprise) == site.grants) return;
  seed_grants(wanted_grants(site.platform, *site.tenant.enterprise), site.platform.actor(), site.tenant,
              site.database());
  invite_others(site);
}

struct Step {
  std::string_view name;
  void (*make)(Site&);
};

// The eight steps but the last, which is activation: it publishes, so it is written in one update with the records.
constexpr std::array<Step, 7> steps = {{{"registry", make_registry},
                                        {"database", make_database},
                                        {"migrate", make_schema},
                                        {"storage", make_storage},
                                        {"routing", make_routing},
                                        {"email", make_email},
                                        {"seed", make_seed}}};

std::vector<std::string> step_names() {
  std::vector<std::string> names;
  for (const Step& step : steps) names.emplace_back(step.name);
  names.emplace_back("activate");
  return names;
}

void activate(Site& site, std::vector<StepOutcome>& outcomes) {
  outcomes.push_back(
      {.name = "activate", .done = true, .error = {}, .started = Clock::now(), .finished = Clock::now()});
  site.leave_database();  // the server ends that session meanwhile
  activate_tenant(site.platform, site.tenant, outcomes);
}

// Transient trouble leaves the tenant provisioning; anything else needs a look and makes it `failed`.
bool needs_attention(const Error& error) {
  if (error.kind() == ErrorKind::connection || error.kind() == ErrorKind::locked) return false;
  const auto* sql_error = dynamic_cast<const SqlError*>(&error);
  return sql_error == nullptr || sql_error->sqlstate() != "53100";
}

void record_failure(Site& site, std::vector<StepOutcome>& outcomes, const Error& error) {
  if (!site.platform.control().usable() || error.kind() == ErrorKind::interrupted) return;
  try {
    Transaction transaction(site.platform.control());
    record_steps(transaction, site.tenant, outcomes);
    if (needs_attention(error)) {
      transaction.query(sql::set_tenant_status,
                        {site.tenant.id, site.tenant.epoch, "failed", "provisioning failed", std::int64_t{0}});
    }
    record_audit(transaction, site.platform, site.tenant, "tenant.create", "failed", "",
                 nlohmann::json{{"step", outcomes.back().name}, {"error", error.what()}}.dump(
                     -1, ' ', false, nlohmann::json::error_handler_t::replace));
    transaction.commit();
  } catch (const Error&) {
    // The first error is the one to report; what could not be recorded is found by looking at the world again.
  }
}

void run_steps(Site& site, const StepListener& listener) {
  std::vector<StepOutcome> outcomes;
  try {
    for (const Step& step : steps) {
      listener(site.tenant.slug, step.name);
      outcomes.push_back({.name = std::string(step.name), .started = Clock::now(), .finished = {}});
      step.make(site);
      outcomes.back().done = true;
      outcomes.back().finished = Clock::now();
    }
    listener(site.tenant.slug, "activate");
    activate(site, outcomes);
  } catch (const Error& error) {
    outcomes.back().done = false;
    outcomes.back().error = error.what();
    outcomes.back().finished = Clock::now();
    record_failure(site, outcomes, error);
    throw;
  }
}

// A complete tenant is not believed but looked at: its database must answer as the tenant's, at the head version.
void verify_complete(const Platform& platform, const Tenant& tenant) {
  door_facts(*enter(platform, tenant));
  if (storage_exists(tenant.storage)) return;
  throw Error(ErrorKind::conflict,
              "tenant " + tenant.slug + " is registered as " + tenant.status + ", and its storage does not exist",
              "See 'acctl tenant doctor " + tenant.slug + "'.");
}

// What was provisioned to its end; that it was suspended since is nothing that provisioning would change.
bool is_complete(const Tenant& tenant) { return tenant.status == "active" || tenant.status == "suspended"; }

// Why a tenant in this state cannot be provisioned further; nothing where it can, or is complete.
std::optional<Error> objection(const Tenant& tenant) {
  if (is_complete(tenant) || tenant.status == "provisioning" || tenant.status == "failed") return std::nullopt;
  return Error(ErrorKind::conflict, "tenant " + tenant.slug + " exists and is " + tenant.status,
               "See 'acctl tenant status " + tenant.slug + "'.");
}

std::optional<Error> objection(Platform& platform, const Tenant& tenant, const TenantRequest& request) {
  // What people configured in a tenant of its own is not to be overwritten by a slip in the slug.
  if (!request.clone_of.empty() &&
      !platform.control().query(sql::tenant_is_clone_of, {tenant.id, request.clone_of}).boolean(0, 0)) {
    return Error(ErrorKind::conflict, "tenant " + tenant.slug + " exists and is not a clone of that tenant",
                 "Nothing was changed. Choose another slug, or use 'acctl export' and 'acctl import -t " + tenant.slug +
                     "' to replace its configuration.");
  }
  // Whoever has left is not invited: the same call may name another administrator, and only then.
  std::optional<Error> departed = departed_admin(platform, tenant);
  const Tenant compared = departed ? with_admin_of(tenant, request) : tenant;
  if (departed && compared.admin_email != tenant.admin_email) departed = departed_admin(platform, compared);
  const std::vector<std::string> points = differences(compared, request);
  if (points.empty()) return departed ? departed : objection(tenant);
  std::string all;
  for (const std::string& point : points) all += (all.empty() ? "" : "; ") + point;
  return Error(ErrorKind::conflict, "tenant " + tenant.slug + " exists with other arguments: " + all,
               "Leave them out, or choose another slug.");
}

void require_going_on(const Platform& platform, const Tenant& tenant) {
  if (const auto why_not = objection(tenant)) throw Error(*why_not);
  if (const auto departed = departed_admin(platform, tenant)) throw Error(*departed);
}

ProvisionResult go_on(Platform& platform, TenantLock& lock, Tenant tenant, Provisioned how,
                      const StepListener& listener) {
  if (is_complete(tenant)) {
    verify_complete(platform, tenant);
    return {std::move(tenant), Provisioned::unchanged};
  }
  const Secret key = platform_key(platform);
  if (how == Provisioned::resumed) begin_run(platform, tenant);
  Site site(platform, key, tenant, how);
  run_steps(site, listener);
  catch_up(site);
  lock.release();  // before the site is left: the end of its session keeps the server busy
  return {std::move(tenant), how};
}

ProvisionResult rehearse_going_on(const Platform& platform, Tenant tenant) {
  if (is_complete(tenant)) {
    verify_complete(platform, tenant);
    return {std::move(tenant), Provisioned::unchanged};
  }
  return {std::move(tenant), Provisioned::resumed};
}

}  // namespace

ProvisionResult create_tenant(Platform& platform, const TenantRequest& request, const StepListener& listener) {
  check(request);
  platform_key(platform, Mode::rehearse);  // one that is missing is missed before anything is made
  TenantLock lock(platform, request.slug);
  if (auto reserved = reserve_tenant(platform, request, step_names())) {
    return go_on(platform, lock, std::move(*reserved), Provisioned::created, listener);
  }
  Tenant existing = require_tenant(platform, request.slug);
  if (const auto why_not = objection(platform, existing, request)) throw *why_not;
  replace_departed_admin(platform, existing, request);
  return go_on(platform, lock, std::move(existing), Provisioned::resumed, listener);
}

std::optional<ProvisionResult> unchanged_tenant(const Platform& platform, const Tenant& tenant,
                                                const TenantRequest& request) {
  if (!is_complete(tenant) || !differences(tenant, request).empty()) return std::nullopt;
  verify_complete(platform, tenant);
  return ProvisionResult{tenant, Provisioned::unchanged};
}

ProvisionResult retry_tenant(Platform& platform, const std::string& slug, const StepListener& listener) {
  TenantLock lock(platform, slug);
  const Tenant tenant = require_tenant(platform, slug);
  require_going_on(platform, tenant);
  return go_on(platform, lock, tenant, Provisioned::resumed, listener);
}

ProvisionResult rehearse_retry(Platform& platform, const std::string& slug) {
  const TenantLock lock(platform, slug);
  const Tenant tenant = require_tenant(platform, slug);
  require_going_on(platform, tenant);
  return rehearse_going_on(platform, tenant);
}

ProvisionResult rehearse_tenant(Platform& platform, const TenantRequest& request) {
  check(request);
  const TenantLock lock(platform, request.slug);
  if (const auto existing = find_tenant(platform, request.slug)) {
    const auto why_not = objection(platform, *existing, request);
    if (why_not) throw *why_not;
    return rehearse_going_on(platform, *existing);
  }
  Transaction transaction(platform.control());
  return {reserve_tenant(platform, request, step_names()).value(), Provisioned::created};  // rolled back
}

}  // namespace acctl
