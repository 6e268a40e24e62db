#include "provisioning/tenants/registry.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/split.hpp"
#include "provisioning/platform/audit.sql.hpp"
#include "provisioning/tenants/registry.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

std::vector<std::string> words(std::string_view text) {
  const std::vector<std::string_view> all = split(text, ' ');
  return {all.begin(), all.end()};
}

// As acctl.tenant_overview writes them: four fields a step, each ended by a unit separator.
std::vector<StepRecord> parse_steps(std::string_view text) {
  const auto field = [&] { return take_part(text, '\x1f'); };
  std::vector<StepRecord> steps;
  steps.reserve(static_cast<std::size_t>(std::ranges::count(text, '\x1f')) / 4);
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

}  // namespace

Tenant to_tenant(const Row& row) {
  Tenant tenant{
      .id = row.text(0),
      .slug = row.text(1),
      .name = row.text(2),
      .status = row.text(3),
      .plan = row.text(4),
      .server = row.text(5),
      .server_dsn = row.text(28),
      .region = row.text(22),
      .database = row.text(6),
      .owner_role = row.text(17),
      .app_role = row.text(18),
      .pack = row.text(7),
      .schema_version = row.integer(8),
      .enterprise = row.optional(10),
      .seats_used = row.integer(11),
      .seats_as_of = row.optional(35),
      .seats_limit = row.optional_integer(12),
      .seats = row.optional_integer(23),
      .storage = row.text(13),
      .support_address = row.text(14),
      .hostnames = words(row.view(24)),
      .steps = parse_steps(row.view(25)),
      .admin_email = row.text(19),
      .admin_name = row.text(20),
      .epoch = row.integer(21),
      .created_at = row.text(15),
      .activated_at = row.optional(16),
      .hold_until = row.optional(26),
      .hold_is_over = row.boolean(27),
      .ledger_id = row.optional_integer(31),
      .ledger_run = row.text(32),
      .ledger_at = row.text(33),
      .status_before = row.text(34),
      .subscription = row.text(36),
      .trial_ends_at = row.optional(37),
      .projects_limit = row.optional_integer(40),
      .storage_limit = row.optional_integer(41),
      .overrides = row.text(42),
      .notes = row.text(43),
      .unfinished = row.text(44),
  };
  if (row.view(9) != "{}") tenant.labels = Json::parse(row.view(9)).get<std::map<std::string, std::string>>();
  return tenant;
}

Statement make_tenant_statement(const TenantFilter& filter) { return {sql::tenant_list, {filter_json(filter)}}; }

void for_each_tenant(Platform& platform, const TenantFilter& filter, const std::function<void(const Tenant&)>& visit) {
  for (const Row row : platform.ask(make_tenant_statement(filter))) visit(to_tenant(row));
}

std::vector<Tenant> list_tenants(Platform& platform, const TenantFilter& filter) {
  std::vector<Tenant> tenants;
  for_each_tenant(platform, filter, [&](const Tenant& tenant) { tenants.push_back(tenant); });
  return tenants;
}

std::optional<Tenant> find_tenant(Platform& platform, const std::string& slug) {
  const Rows rows = platform.control().query(sql::tenant_by_slug, {slug});
  return rows.empty() ? std::nullopt : std::optional(to_tenant(rows.at(0)));
}

Tenant require_tenant(Platform& platform, const std::string& slug) {
  if (auto tenant = find_tenant(platform, slug)) return *tenant;
  const std::vector<Tenant> deleted =
      list_tenants(platform, {.slugs = {slug}, .conditions = {is_one_of("status", {"deleted"})}});
  if (!deleted.empty()) return deleted.back();
  const std::vector<std::string> slugs = platform.control().query(sql::near_slugs, {slug}).texts();
  throw Error(ErrorKind::invalid, "there is no tenant '" + slug + "'" + did_you_mean(slug, slugs),
              "See 'acctl tenant list'.");
}

void require_tenants(Platform& platform, const std::vector<std::string>& slugs) {
  if (slugs.empty()) return;
  std::set<std::string> known;
  for_each_tenant(platform, {.slugs = slugs}, [&](const Tenant& tenant) { known.insert(tenant.slug); });
  for (const std::string& slug : slugs) {
    if (!known.contains(slug)) require_tenant(platform, slug);
  }
}

TenantLock::TenantLock(Platform& platform, const std::string& slug) : platform_(platform), slug_(slug) {
  try {
    platform_.control().query(sql::lock_tenant, {slug_});
  } catch (const SqlError& error) {
    if (error.sqlstate() != "55P03") throw;
    throw Error(ErrorKind::locked, "another run of acctl is working on tenant " + slug_,
                "Run the command again later.");
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

void begin_run(Platform& platform, Tenant& tenant) {
  tenant.epoch = platform.control().query(sql::begin_run, {tenant.id}).integer(0, 0);
}

std::string steps_json(const std::vector<StepOutcome>& outcomes) {
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
  return rows.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void record_steps(Transaction& transaction, const Tenant& tenant, const std::vector<StepOutcome>& outcomes) {
  if (outcomes.empty()) return;
  transaction.query(sql::record_steps, {tenant.id, tenant.epoch, steps_json(outcomes)});
}

void prepare_activation(Platform& platform) { platform.control().prepare(sql::activate_tenant); }

void activate_tenant(Platform& platform, Tenant& tenant, const std::vector<StepOutcome>& outcomes) {
  const Actor& actor = platform.actor();
  const Rows active = platform.control().query(
      sql::activate_tenant, {tenant.id, tenant.epoch, tenant.schema_version, tenant.seats_used, steps_json(outcomes),
                             actor.run, actor.name, actor.origin, actor.reason, tenant.status});
  if (active.empty()) throw_overtaken(tenant);
  tenant.status = active.text(0, 2);
  tenant.activated_at = active.optional(0, 0);
  tenant.seats_as_of = active.optional(0, 1);
  for (StepRecord& step : tenant.steps) step = {step.name, "done", step.attempts + 1, std::nullopt};
}

void record_audit(Transaction& transaction, const Platform& platform, const Tenant& tenant, const std::string& action,
                  const std::string& outcome, const std::string& before, const std::string& after) {
  const Actor& actor = platform.actor();
  transaction.query(sql::record_audit, {actor.run, actor.name, actor.origin, actor.reason, action, outcome, tenant.id,
                                        tenant.slug, null_if_empty(before), null_if_empty(after)});
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

void remember_ledgers(const Platform& platform, const std::map<std::string, std::int64_t>& entries,
                      const std::string& run) noexcept {
  if (entries.empty()) return;
  try {
    TextArray tenants;
    TextArray numbers;
    for (const auto& [tenant, number] : entries) {
      tenants.add(tenant);
      numbers.add(std::to_string(number));
    }
    // In one transaction by the protocol, which need not wait for the disk.
    platform.control().batch({{sql::commit_without_waiting, {}}, {sql::remember_ledgers, {tenants, numbers, run}}},
                             Snapshot::each);
  } catch (const std::exception&) {
    // What the run did is done.
  }
}

void remember_seats(const Platform& platform, const std::map<std::string, SeatCount>& counts) noexcept {
  if (counts.empty()) return;
  try {
    TextArray slugs;
    TextArray used;
    for (const auto& [slug, seats] : counts) {
      slugs.add(slug);
      used.add(std::to_string(seats.used));
    }
    platform.control().batch({{sql::commit_without_waiting, {}}, {sql::remember_seats, {slugs, used}}}, Snapshot::each);
  } catch (const std::exception&) {
    // The next run that changes people, or `tenant list --refresh`, brings them up to date.
  }
}

void throw_overtaken(const Tenant& tenant) {
  throw Error(ErrorKind::locked, "another run of acctl has taken over tenant " + tenant.slug,
              "See 'acctl tenant status " + tenant.slug + "', then run the command again.");
}

}  // namespace acctl
