#include "provisioning/tenants/registry.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "provisioning/model/suggest.hpp"
#include "queries.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

const std::vector<std::string> tenant_statuses = {"provisioning",   "active",  "suspended",
                                                  "deprovisioning", "deleted", "failed"};

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

// As acctl.tenant_overview writes them: four fields a step, each ended by a unit separator.
std::vector<StepRecord> steps_of(std::string_view text) {
  const auto field = [&] {
    const std::size_t end = std::min(text.find('\x1f'), text.size());
    const std::string_view value = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return value;
  };
  std::vector<StepRecord> steps;
  while (!text.empty()) {
    StepRecord& step = steps.emplace_back();
    step.name = field();
    step.status = field();
    const std::string_view attempts = field();
    std::from_chars(attempts.data(), attempts.data() + attempts.size(), step.attempts);
    if (const std::string_view error = field(); !error.empty()) step.error = error;
  }
  return steps;
}

// Columns as in the view acctl.tenant_overview.
Tenant tenant_of(const Rows& rows, int row) {
  const auto text = [&](int column) { return std::string(rows.text(row, column)); };
  Tenant tenant{
      .id = text(0),
      .slug = text(1),
      .name = text(2),
      .status = text(3),
      .plan = text(4),
      .server = text(5),
      .server_dsn = text(28),
      .region = text(22),
      .database = text(6),
      .owner_role = text(17),
      .app_role = text(18),
      .pack = text(7),
      .schema_version = rows.integer(row, 8),
      .labels = {},
      .enterprise = rows.optional(row, 10),
      .seats_used = rows.integer(row, 11),
      .seats_limit = rows.optional_integer(row, 12),
      .seats = rows.optional_integer(row, 23),
      .storage = text(13),
      .support_address = text(14),
      .hostnames = words(rows.text(row, 24)),
      .steps = steps_of(rows.text(row, 25)),
      .admin_email = text(19),
      .admin_name = text(20),
      .epoch = rows.integer(row, 21),
      .created_at = text(15),
      .activated_at = rows.optional(row, 16),
      .hold_until = rows.optional(row, 26),
      .hold_is_over = rows.boolean(row, 27),
  };
  if (rows.text(row, 9) != "{}")
    tenant.labels = Json::parse(rows.text(row, 9)).get<std::map<std::string, std::string>>();
  return tenant;
}

std::string filter_json(const TenantFilter& filter) {
  Json json = Json::object();
  const auto add = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) json[name] = values;
  };
  add("slugs", filter.slugs);
  add("statuses", filter.statuses);
  add("plans", filter.plans);
  add("servers", filter.servers);
  add("regions", filter.regions);
  add("enterprises", filter.enterprises);
  if (!filter.labels.empty()) json["labels"] = filter.labels;
  if (!filter.search.empty()) json["search"] = filter.search;
  return json.dump();
}

std::string hostname_of(const std::string& slug, const PlatformSettings& settings) {
  return slug + "." + settings.base_domain;
}

std::string support_address_at(const std::string& hostname) { return "support@" + hostname; }

std::string request_json(const TenantRequest& request, const PlatformSettings& settings,
                         const std::vector<std::string>& steps) {
  const std::string hostname = hostname_of(request.slug, settings);
  const auto or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
  Json json = {{"slug", request.slug},
               {"name", request.name},
               {"plan", request.plan.empty() ? "trial" : request.plan},
               {"seats", request.seats ? Json(*request.seats) : Json(nullptr)},
               {"pack", request.pack.empty() ? "helpdesk" : request.pack},
               {"server", or_null(request.server)},
               {"region", or_null(request.region)},
               {"enterprise", or_null(request.enterprise)},
               {"labels", request.labels},
               {"admin_email", request.admin_email},
               {"admin_name", request.admin_name.empty() ? "Administrator" : request.admin_name},
               {"hostnames", {hostname}},
               {"support_address", support_address_at(hostname)},
               {"storage_root", settings.storage_root},
               {"steps", steps}};
  if (!request.domain.empty() && request.domain != hostname) json["hostnames"].push_back(request.domain);
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
    throw Error(ErrorKind::conflict, "tenant " + request.slug + " has been created by somebody else meanwhile",
                "Run the command again to compare.");
  }
  throw error;
}

void check_names(Connection& control, const TenantRequest& request) {
  const Rows plans = control.query(sql::plan_keys);
  std::vector<std::string> known;
  for (int row = 0; row < plans.size(); ++row) known.emplace_back(plans.text(row, 0));
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
  for (int row = 0; row < servers.size(); ++row) {
    names.emplace_back(servers.text(row, 1));
    regions.emplace_back(servers.text(row, 2));
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

}  // namespace

void narrow(TenantFilter& filter, const std::string& match) {
  const std::size_t equals = match.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorKind::invalid, "--match: '" + match + "' is not KEY=VALUE");
  }
  const std::string key = match.substr(0, equals);
  const std::string value = match.substr(equals + 1);
  const std::map<std::string, std::vector<std::string>*> lists = {{"plan", &filter.plans},
                                                                  {"status", &filter.statuses},
                                                                  {"server", &filter.servers},
                                                                  {"region", &filter.regions},
                                                                  {"enterprise", &filter.enterprises}};
  if (key == "status" && std::ranges::find(tenant_statuses, value) == tenant_statuses.end()) {
    throw Error(ErrorKind::invalid,
                "--match: there is no status '" + value + "'" + did_you_mean(value, tenant_statuses));
  }
  if (const auto list = lists.find(key); list != lists.end()) {
    list->second->push_back(value);
  } else {
    filter.labels[key] = value;
  }
}

void for_each_tenant(Platform& platform, const TenantFilter& filter, const std::function<void(const Tenant&)>& visit) {
  const Rows rows = platform.control().query(sql::tenant_list, {filter_json(filter)});
  for (int row = 0; row < rows.size(); ++row) visit(tenant_of(rows, row));
}

std::vector<Tenant> list_tenants(Platform& platform, const TenantFilter& filter) {
  std::vector<Tenant> tenants;
  for_each_tenant(platform, filter, [&](const Tenant& tenant) { tenants.push_back(tenant); });
  return tenants;
}

std::optional<Tenant> find_tenant(Platform& platform, const std::string& slug) {
  // Asked before the whole row: where there is none, the row's many tables need not be touched.
  if (!platform.control().query(sql::tenant_exists, {slug}).boolean(0, 0)) return std::nullopt;
  const Rows rows = platform.control().query(sql::tenant_by_slug, {slug});
  return rows.empty() ? std::nullopt : std::optional(tenant_of(rows, 0));
}

Tenant require_tenant(Platform& platform, const std::string& slug) {
  if (auto tenant = find_tenant(platform, slug)) return *tenant;
  const std::vector<Tenant> deleted = list_tenants(platform, {.slugs = {slug}, .statuses = {"deleted"}});
  if (!deleted.empty()) return deleted.back();
  std::vector<std::string> slugs;
  for (const Tenant& tenant : list_tenants(platform, {})) slugs.push_back(tenant.slug);
  throw Error(ErrorKind::invalid, "there is no tenant '" + slug + "'" + did_you_mean(slug, slugs),
              "See 'acctl tenant list'.");
}

TenantLock::TenantLock(Platform& platform, const std::string& slug) : platform_(platform), slug_(slug) {
  try {
    platform_.control().query(sql::lock_tenant, {slug_});
  } catch (const SqlError& error) {
    if (error.sqlstate() != "55P03") throw;
    throw Error(ErrorKind::locked, "another run of acctl works on tenant " + slug_, "Run the command again later.");
  }
}

void TenantLock::release() {
  if (!held_ || !platform_.control().usable()) return;
  held_ = false;
  try {
    platform_.control().query(sql::unlock_tenant, {slug_});
  } catch (const std::exception&) {
    // The session is lost, and the lock with it.
  }
}

Tenant reserve_tenant(Platform& platform, const TenantRequest& request, const std::vector<std::string>& steps) {
  Connection& control = platform.control();
  const Actor& actor = platform.actor();
  if (!request.plan.empty() || !request.enterprise.empty()) check_names(control, request);
  // Else a customer's "own" domain could be the host name of a tenant to come.
  const std::string& base = platform.settings().base_domain;
  if (request.domain == base || (request.domain.ends_with("." + base) && request.domain != request.slug + "." + base)) {
    throw Error(ErrorKind::invalid, "the domain " + request.domain + " is the platform's own",
                "Give a host name of the customer, or none.");
  }
  try {
    const Rows made = control.query(sql::reserve_tenant, {request_json(request, platform.settings(), steps), actor.run,
                                                          actor.name, actor.origin, actor.reason});
    if (!made.empty()) return tenant_of(made, 0);
  } catch (const SqlError& error) {
    explain(error, request, platform.settings());
  }
  refuse_placement(control, request);
}

bool names_reserved(const Tenant& tenant) {
  return !tenant.hostnames.empty() && !tenant.support_address.empty() && !tenant.storage.empty();
}

void reserve_names_again(Platform& platform, const Tenant& tenant) {
  const std::string hostname = hostname_of(tenant.slug, platform.settings());
  platform.control().query(sql::repair_reservations, {tenant.id, hostname, support_address_at(hostname),
                                                      platform.settings().storage_root + "/" + tenant.id});
}

void begin_run(Platform& platform, Tenant& tenant) {
  tenant.epoch = platform.control().query(sql::begin_run, {tenant.id}).integer(0, 0);
}

void record_steps(Transaction& transaction, const Tenant& tenant, const std::vector<StepOutcome>& outcomes) {
  if (outcomes.empty()) return;
  const auto now = std::chrono::steady_clock::now();
  const auto milliseconds_ago = [&](std::chrono::steady_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - time).count();
  };
  Json rows = Json::array();
  for (const StepOutcome& outcome : outcomes) {
    rows.push_back({{"name", outcome.name},
                    {"status", outcome.done ? "done" : "failed"},
                    {"attempts", 1},
                    {"error", outcome.done ? Json(nullptr) : Json(outcome.error)},
                    {"started_ms", milliseconds_ago(outcome.started)},
                    {"finished_ms", milliseconds_ago(outcome.finished)}});
  }
  transaction.query(sql::record_steps,
                    {tenant.id, tenant.epoch, rows.dump(-1, ' ', false, Json::error_handler_t::replace)});
}

void record_audit(Transaction& transaction, const Platform& platform, const Tenant& tenant, const std::string& action,
                  const std::string& outcome, const std::string& before, const std::string& after) {
  const auto json = [](const std::string& text) { return text.empty() ? Param(std::nullopt) : Param(text); };
  const Actor& actor = platform.actor();
  transaction.query(sql::record_audit, {actor.run, actor.name, actor.origin, actor.reason, action, outcome, tenant.id,
                                        tenant.slug, json(before), json(after)});
}

void set_tenant_status(Transaction& transaction, const Platform& platform, const Tenant& tenant,
                       const std::string& status, const std::string& from, const std::string& action,
                       std::chrono::milliseconds hold) {
  const Rows changed = transaction.query(
      sql::set_tenant_status, {tenant.id, tenant.epoch, status, from, static_cast<std::int64_t>(hold.count())});
  if (changed.empty()) throw_overtaken(tenant);
  record_audit(transaction, platform, tenant, action, "done", Json{{"status", tenant.status}}.dump(),
               Json{{"status", status}}.dump());
}

void set_tenant_status(Platform& platform, const Tenant& tenant, const std::string& status, const std::string& from,
                       const std::string& action) {
  Transaction transaction(platform.control());
  set_tenant_status(transaction, platform, tenant, status, from, action);
  transaction.commit();
}

void refuse_attempt(Platform& platform, const Tenant& tenant, const std::string& action, Mode mode,
                    const Error& error) {
  if (mode == Mode::perform) {
    Transaction transaction(platform.control());
    record_audit(transaction, platform, tenant, action, "refused", "", Json{{"error", error.what()}}.dump());
    transaction.commit();
  }
  throw error;
}

void throw_overtaken(const Tenant& tenant) {
  throw Error(ErrorKind::locked, "another run of acctl has taken over tenant " + tenant.slug,
              "See 'acctl tenant status " + tenant.slug + "', then run the command again.");
}

}  // namespace acctl
