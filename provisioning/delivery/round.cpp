#include "provisioning/delivery/round.hpp"

#include <atomic>

#include "provisioning/access/tokens.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/fleet/plans.hpp"

namespace acctl {

std::vector<TenantDelivery> deliver_round(const Platform& platform, const std::vector<const Tenant*>& tenants,
                                          const RoundOptions& options) {
  MailSettings mail = platform.settings().mail;
  if (mail.transport.empty()) {
    throw Error(ErrorKind::failed, "no way to send mail is set",
                "Set one: 'acctl platform apply --help' shows how. The mails wait.");
  }
  if (!options.timeout.empty()) mail.timeout = options.timeout;
  const Secret key = platform_key(platform);
  std::vector<std::unique_ptr<Transport>> transports(static_cast<std::size_t>(options.parallel));
  std::vector<TenantDelivery> round(tenants.size());
  std::atomic<bool> down = false;
  std::atomic<std::size_t> done = 0;
  for_each_index(tenants.size(), options.parallel, [&](std::size_t index, std::size_t worker) {
    if (down) return;
    const Tenant& tenant = *tenants[index];
    TenantDelivery& result = round[index];
    result.tenant = tenant.slug;
    try {
      std::unique_ptr<Transport>& transport = transports[worker];
      if (!transport) transport = open_transport(mail, options.limits.interrupted);
      const auto database = enter(platform, tenant, Access::write);
      result.delivery = deliver_mails(*database, tenant, {platform, key, *transport}, options.limits);
      if (result.delivery.down) down = true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      result.error = error;
    }
    if (options.progress) options.progress(++done, tenants.size());
  });
  std::erase_if(round, [](const TenantDelivery& one) { return one.tenant.empty(); });
  return round;
}

Delivery sum(const std::vector<TenantDelivery>& round) {
  Delivery all;
  for (const auto& [tenant, delivery, error] : round) {
    all.sent += delivery.sent;
    all.deferred += delivery.deferred;
    all.failed += delivery.failed;
    all.canceled += delivery.canceled;
    all.waiting += delivery.waiting;
    all.busy |= delivery.busy;
    all.down |= delivery.down;
    if (!delivery.trouble.empty()) all.trouble = delivery.trouble;
    if (error) all.trouble = tenant + ": " + error->what();
  }
  return all;
}

}  // namespace acctl
