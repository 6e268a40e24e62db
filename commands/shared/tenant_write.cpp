#include "commands/shared/tenant_write.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "commands/shared/delivery.hpp"
#include "commands/shared/seats.hpp"
#include "provisioning/tenants/registry.hpp"

namespace acctl {

namespace {

// The session, if there is a single tenant: it is then used for writing as well.
std::optional<TenantSession> look_first(const Platform& platform, const std::vector<Tenant>& tenants,
                                        const TenantWriteJob& job, FleetReport& report) {
  std::optional<TenantSession> only;
  if (!job.look) return only;
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "active") continue;
    try {
      TenantSession database = enter(platform, tenant, Access::write);
      job.look(tenant, database);
      if (tenants.size() == 1) only = std::move(database);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || tenants.size() == 1) throw;
      report.failures.push_back({tenant.slug, error});
    }
  }
  if (job.looked && report.failures.empty()) job.looked();
  return only;
}

}  // namespace

void for_each_site(Session& session, const TenantWriteJob& job) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants = selected_tenants(session, platform, job.exclude, {}, job.unnamed);
  tell_left_out(session, tenants, Reach::active);
  if (job.selected) job.selected(platform, tenants);
  const RunRecord record = make_run_record(session, job.command, "", {});
  const Ending ending = session.settings().dry_run ? Ending::roll_back : Ending::commit;
  FleetReport report;
  std::vector<const Tenant*> notified;
  std::vector<const Tenant*> waiting;
  std::map<std::string, std::int64_t> ledgers;
  std::map<std::string, SeatCount> seats;
  MessageTotals messages;
  std::optional<TenantSession> only = look_first(platform, tenants, job, report);
  if (job.confirm) job.confirm(report);
  for (const Tenant& tenant : tenants) {
    if (tenant.status != "active" || has_failed(report, tenant.slug)) continue;
    try {
      TenantSession database = only ? *std::exchange(only, std::nullopt) : enter(platform, tenant, Access::write);
      TenantWrite write{platform,
                        tenant,
                        database,
                        {database, make_identity(tenant), record, ending, reconnect_to(platform, tenant)}};
      write.run.identity.recorded = [&](std::int64_t entry) { ledgers[tenant.id] = entry; };
      if (job.takes_seats) {
        write.run.identity.seats_counted = [&](const SeatCount& count) { seats.insert_or_assign(tenant.slug, count); };
      }
      job.work(write);
      messages.invitations += static_cast<std::size_t>(write.mails);
      if (job.sends_older) messages.others += static_cast<std::size_t>(write.older_mails);
      if (write.mails > 0) {
        notified.push_back(&tenant);
      } else if (write.older_mails > 0) {
        waiting.push_back(&tenant);
      }
      ++report.unchanged;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted || tenants.size() == 1) throw;
      report.failures.push_back({tenant.slug, error});
    }
  }
  remember_ledgers(platform, ledgers, record.run);
  remember_seats(platform, seats);
  // What was done stands, and its messages leave.
  const auto unwritten = catch_failure([&] {
    if (job.write) job.write();
  });
  report_seats(session, seats);
  tell_messages(session, messages);
  deliver_now(session, platform, notified, platform.actor().run);
  deliver_now(session, platform, waiting, "", job.sends_older ? QueuedBy::this_run : QueuedBy::earlier_run);
  if (unwritten) throw Error(*unwritten);
  throw_failures(report, Reported::no);
}

}  // namespace acctl
