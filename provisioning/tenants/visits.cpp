#include "provisioning/tenants/visits.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/encoding.hpp"
#include "provisioning/base/random.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/database/at_end.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/database/visitor_roles.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_query.hpp"
#include "provisioning/tenants/visits.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

constexpr std::size_t name_bytes = 12;
constexpr std::size_t password_bytes = 32;

// In the same transaction as the row: no visit is without its entry.
Visit record_beginning(Platform& platform, const Tenant& tenant, const VisitRequest& request, const std::string& role) {
  const Actor& actor = platform.actor();
  Transaction transaction(platform.control());
  const Rows begun = transaction.query(sql::begin_visit, {tenant.id, role, request.writes, actor.run, actor.name,
                                                          actor.reason, std::int64_t{request.time.count()}});
  Visit visit{.id = begun.integer(0, 0),
              .role = role,
              .writes = request.writes,
              .actor = actor.name,
              .reason = actor.reason,
              .run = actor.run,
              .tenant = tenant.slug,
              .until = std::string(begun.text(0, 1)),
              .tenant_id = tenant.id,
              .server = tenant.server};
  record_audit(
      transaction, platform, tenant, "tenant.connect", "done", "",
      Json{{"role", role}, {"write", request.writes}, {"until", visit.until}, {"announced", request.announced}}.dump());
  transaction.commit();
  return visit;
}

std::vector<Visit> query_visits(Platform& platform, const Param& tenants, bool expired) {
  return read_records<Visit>(platform.control().query(sql::open_visits, {tenants, expired}));
}

// Holds a visit against everybody else who ends it. When its sessions end, the run that opened it ends it, too.
[[nodiscard]] AtEnd lock_visit(Platform& platform, const Visit& visit) {
  Connection& control = platform.control();
  control.query(sql::lock_visit, {visit.role});
  return {control, [&control, role = visit.role] { control.query(sql::unlock_visit, {role}); }};
}

// Also of one that is deleted in the meantime.
Tenant find_visited_tenant(Platform& platform, const Visit& visit) {
  for (Tenant& tenant : list_tenants(platform, {.slugs = {visit.tenant}, .conditions = {has_any_status()}})) {
    if (tenant.id == visit.tenant_id) return std::move(tenant);
  }
  throw Error(ErrorKind::conflict, "tenant " + visit.tenant + " has another slug now", "Run the command again.");
}

// A session in the tenant's database for what the role was granted there; null if it is out of reach, and then nobody
// can use what is granted there.
std::unique_ptr<Connection> enter_if_reached(const Platform& platform, const Tenant& tenant) {
  if (!is_reached(tenant, Reach::suspended_too)) return nullptr;
  return enter_unchecked(platform, tenant);
}

}  // namespace

std::string_view to_string(VisitEnd end) {
  return find_word(end, {{VisitEnd::closed, "closed"},
                         {VisitEnd::expired, "expired"},
                         {VisitEnd::disconnected, "disconnected"},
                         {VisitEnd::abandoned, "abandoned"}});
}

void require_visitable(const Tenant& tenant) {
  if (is_reached(tenant, Reach::suspended_too)) return;
  throw Error(ErrorKind::conflict, "tenant " + tenant.slug + " is " + tenant.status + " and cannot be connected to",
              "See 'acctl tenant status " + tenant.slug + "'.");
}

OpenedVisit open_visit(Platform& platform, const Tenant& tenant, const TenantSession& database,
                       const VisitRequest& request) {
  // Not while a deletion takes the database out of reach.
  const TenantLock lock(platform, tenant.slug);
  require_visitable(require_tenant(platform, tenant.slug));
  const Visit visit = record_beginning(platform, tenant, request, "acctl_visit_" + hex(random_bytes(name_bytes)));
  try {
    OpenedVisit opened{.visit = visit, .password = Secret(random_text(password_bytes))};
    make_visitor_role(platform.server(tenant.server, tenant.server_dsn), database, tenant.names(),
                      {.name = visit.role, .writes = visit.writes, .until = visit.until}, opened.password);
    return opened;
  } catch (const Error&) {
    if (platform.control().usable()) {
      try {
        end_visit(platform, visit, VisitEnd::abandoned);
      } catch (const Error&) {
        // The first error is the one to report; the visit ends when its time is over.
      }
    }
    throw;
  }
}

bool end_visit(Platform& platform, const Visit& visit, VisitEnd end) {
  const AtEnd lock = lock_visit(platform, visit);
  if (!platform.control().query(sql::visit_is_open, {visit.id}).boolean(0, 0)) return false;
  const Tenant tenant = find_visited_tenant(platform, visit);
  Connection& server = platform.server(tenant.server, tenant.server_dsn);
  end_visitor_sessions(server, visit.role);
  const std::unique_ptr<Connection> database = enter_if_reached(platform, tenant);
  drop_visitor_role(server, database.get(), tenant.names(), visit.role);
  Transaction transaction(platform.control());
  const Rows ended = transaction.query(sql::finish_visit, {visit.id, to_string(end)});
  if (ended.empty()) return false;
  record_audit(transaction, platform, tenant, "tenant.disconnect", "done", "",
               Json{{"role", visit.role}, {"ended_by", to_string(end)}, {"seconds", ended.integer(0, 0)}}.dump());
  transaction.commit();
  return true;
}

std::vector<Visit> open_visits(Platform& platform, const std::vector<Tenant>& tenants) {
  if (tenants.empty()) return query_visits(platform, std::nullopt, false);
  TextArray ids;
  for (const Tenant& tenant : tenants) ids.add(tenant.id);
  return query_visits(platform, ids, false);
}

std::vector<Visit> expired_visits(Platform& platform) { return query_visits(platform, std::nullopt, true); }

void end_visits(Platform& platform, const Tenant& tenant) {
  for (const Visit& visit : open_visits(platform, {tenant})) end_visit(platform, visit, VisitEnd::disconnected);
}

}  // namespace acctl
