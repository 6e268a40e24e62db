#include "provisioning/tenants/reservation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/platform/platform.sql.hpp"
#include "provisioning/tenants/entitlement.hpp"
#include "provisioning/tenants/reservation.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

std::string make_hostname(const std::string& slug, const PlatformSettings& settings) {
  return slug + "." + settings.base_domain;
}

std::string support_address_at(const std::string& hostname) { return "support@" + hostname; }

// The tenant that `request` asks for, as far as the registry has no say in it.
Tenant asked_tenant(const TenantRequest& request, const PlatformSettings& settings,
                    const std::vector<std::string>& steps) {
  const std::string hostname = make_hostname(request.slug, settings);
  Tenant tenant{
      .slug = request.slug,
      .name = request.name,
      .status = "provisioning",
      .plan = request.plan.empty() ? "trial" : request.plan,
      .database = request.slug,
      .pack = request.pack.empty() ? "helpdesk" : request.pack,
      .labels = request.labels,
      .seats = request.seats,
      .support_address = support_address_at(hostname),
      .hostnames = {hostname},
      .admin_email = request.admin_email,
      .admin_name = choose_admin_name(request),
      .epoch = 1,
      .hold_is_over = true,
      .subscription = "trialing",
  };
  if (request.terms) {
    tenant.subscription = request.terms->subscription;
    tenant.trial_ends_at = request.terms->trial_ends_at;
    tenant.overrides = request.terms->overrides;
    tenant.notes = request.terms->notes;
  }
  if (!request.domain.empty() && request.domain != hostname) tenant.hostnames.push_back(request.domain);
  if (!request.enterprise.empty()) tenant.enterprise = request.enterprise;
  for (const std::string& step : steps) tenant.steps.push_back({.name = step, .status = "pending", .error = {}});
  return tenant;
}

// For the audit trail.
std::string request_json(const Tenant& asked, const TenantRequest& request) {
  Json json = {{"slug", asked.slug},
               {"name", asked.name},
               {"plan", asked.plan},
               {"pack", asked.pack},
               {"labels", asked.labels},
               {"admin_email", asked.admin_email},
               {"admin_name", asked.admin_name},
               {"hostnames", asked.hostnames},
               {"support_address", asked.support_address}};
  if (asked.seats) json["seats"] = *asked.seats;
  if (!request.server.empty()) json["server"] = request.server;
  if (!request.region.empty()) json["region"] = request.region;
  if (asked.enterprise) json["enterprise"] = *asked.enterprise;
  if (!request.clone_of.empty()) json["clone_of"] = request.clone_of;
  if (request.terms) {
    json["subscription"] = asked.subscription;
    if (asked.trial_ends_at) json["trial_ends_at"] = *asked.trial_ends_at;
    if (!asked.overrides.empty()) json["overrides"] = Json::parse(asked.overrides);
    if (!asked.notes.empty()) json["notes"] = asked.notes;
  }
  return json.dump();
}

// What a unique or foreign key of the registry says about a request.
[[noreturn]] void explain(const SqlError& error, const TenantRequest& request, const PlatformSettings& settings) {
  const std::string& constraint = error.constraint();
  if (constraint == "routes_pkey") {
    throw Error(ErrorKind::conflict,
                "the host name " + request.slug + "." + settings.base_domain +
                    (request.domain.empty() ? "" : " or " + request.domain) + " belongs to another tenant",
                "Choose another slug or domain.");
  }
  if (constraint == "tenants_support_address") {
    throw Error(ErrorKind::conflict, "the support address of " + request.slug + " belongs to another tenant",
                "Choose another slug.");
  }
  if (constraint == "tenants_slug" || constraint == "tenants_database") {
    throw Error(ErrorKind::conflict, "tenant " + request.slug + " was created by another run at the same time",
                "Run the command again to compare.");
  }
  throw error;
}

void check_names(Connection& control, const TenantRequest& request) {
  const std::vector<std::string> known = control.query(sql::plan_keys).texts();
  if (!request.plan.empty() && std::ranges::find(known, request.plan) == known.end()) {
    throw Error(ErrorKind::invalid, "there is no plan '" + request.plan + "'" + did_you_mean(request.plan, known));
  }
  if (!request.enterprise.empty() && !control.query(sql::enterprise_exists, {request.enterprise}).boolean(0, 0)) {
    throw Error(ErrorKind::invalid, "there is no enterprise '" + request.enterprise + "'",
                "Create it first: acctl enterprise create " + request.enterprise + " --name NAME");
  }
}

// No server took the tenant: one that does not exist is a mistake, one without room is a limit.
[[noreturn]] void refuse_placement(Connection& control, const TenantRequest& request) {
  const Rows servers = control.query(sql::server_list);
  std::vector<std::string> names;
  std::vector<std::string> regions;
  for (const Row row : servers) {
    names.emplace_back(row.view(1));
    regions.emplace_back(row.view(2));
  }
  const auto require = [](const std::string& what, const std::string& asked, const std::vector<std::string>& known) {
    if (asked.empty() || std::ranges::find(known, asked) != known.end()) return;
    throw Error(ErrorKind::invalid, "there is no " + what + " '" + asked + "'" + did_you_mean(asked, known));
  };
  require("server", request.server, names);
  require("region", request.region, regions);
  throw Error(ErrorKind::refused,
              "no active server" + (request.server.empty() ? "" : " named " + request.server) +
                  (request.region.empty() ? "" : " in region " + request.region) + " has room for a tenant",
              "See 'acctl platform status' for the servers; another one may take it.");
}

// "limits" or "features" of what the tenant has of its own; none if it has nothing.
Param own_part(const Tenant& asked, const char* part) {
  return asked.overrides.empty() ? Param(std::nullopt) : Param(Json::parse(asked.overrides).at(part).dump());
}

// With what the registry has decided.
Tenant complete(Connection& control, Tenant tenant, const Rows& made) {
  const auto text = [&](int column) { return std::string(made.text(0, column)); };
  tenant.id = text(0);
  tenant.owner_role = text(1);
  tenant.app_role = text(2);
  tenant.storage = text(3);
  tenant.created_at = text(4);
  tenant.server = text(5);
  tenant.region = text(6);
  tenant.server_dsn = text(7);
  tenant.seats_limit = made.optional_integer(0, 8);
  tenant.projects_limit = made.optional_integer(0, 9);
  tenant.storage_limit = made.optional_integer(0, 10);
  tenant.trial_ends_at = made.optional(0, 12);
  tenant.entitlement = Entitlement{.plan = tenant.plan,
                                   .seats = tenant.seats_limit,
                                   .projects = made.optional_integer(0, 9),
                                   .storage_bytes = made.optional_integer(0, 10),
                                   .features = text(11)};
  if (tenant.overrides.empty()) return tenant;
  // What it has of its own beside the plan is combined in one place, which the statement that made it does not see.
  tenant.entitlement = registered_entitlement(control, tenant);
  tenant.projects_limit = tenant.entitlement->projects;
  tenant.storage_limit = tenant.entitlement->storage_bytes;
  return tenant;
}

}  // namespace

std::optional<Tenant> reserve_tenant(Platform& platform, const TenantRequest& request,
                                     const std::vector<std::string>& steps) {
  Connection& control = platform.control();
  const PlatformSettings& settings = platform.settings();
  const Actor& actor = platform.actor();
  const bool taken_domain =
      is_platform_domain(platform, request.domain) && request.domain != make_hostname(request.slug, settings);
  Tenant tenant = asked_tenant(request, settings, steps);
  try {
    if (!taken_domain) {
      const Rows made = control.query(sql::reserve_tenant, {tenant.slug,
                                                            tenant.name,
                                                            tenant.plan,
                                                            tenant.seats,
                                                            tenant.pack,
                                                            null_if_empty(request.server),
                                                            null_if_empty(request.region),
                                                            tenant.enterprise,
                                                            Json(tenant.labels).dump(),
                                                            tenant.admin_email,
                                                            tenant.admin_name,
                                                            join(tenant.hostnames, " "),
                                                            tenant.support_address,
                                                            settings.storage_root,
                                                            join(steps, " "),
                                                            actor.run,
                                                            actor.name,
                                                            actor.origin,
                                                            actor.reason,
                                                            request_json(tenant, request),
                                                            null_if_empty(request.clone_of),
                                                            request.is_filled,
                                                            request.terms ? tenant.subscription : Param(std::nullopt),
                                                            tenant.trial_ends_at,
                                                            own_part(tenant, "limits"),
                                                            own_part(tenant, "features"),
                                                            null_if_empty(tenant.notes)});
      if (!made.empty()) return complete(control, std::move(tenant), made);
    }
  } catch (const SqlError& error) {
    explain(error, request, settings);
  }
  if (control.query(sql::tenant_exists, {request.slug}).boolean(0, 0)) return std::nullopt;
  if (taken_domain) {
    throw Error(ErrorKind::invalid, "the domain " + request.domain + " is the platform's own",
                "Use a host name of the customer, or none.");
  }
  check_names(control, request);
  refuse_placement(control, request);
}

bool is_platform_domain(const Platform& platform, const std::string& domain) {
  const std::string& base = platform.settings().base_domain;
  return domain == base || domain.ends_with("." + base);
}

bool names_reserved(const Tenant& tenant) {
  return !tenant.hostnames.empty() && !tenant.support_address.empty() && !tenant.storage.empty();
}

void reserve_names_again(Platform& platform, const Tenant& tenant) {
  const std::string hostname = make_hostname(tenant.slug, platform.settings());
  platform.control().query(sql::repair_reservations, {tenant.id, hostname, support_address_at(hostname),
                                                      platform.settings().storage_root + "/" + tenant.id});
}

}  // namespace acctl
