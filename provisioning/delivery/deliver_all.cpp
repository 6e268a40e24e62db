#include "provisioning/delivery/deliver_all.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <random>

#include "provisioning/access/tokens.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/tenants/session.hpp"

namespace acctl {

namespace {

// Messages of one tenant before the next one has its turn.
constexpr std::int64_t turn = 500;

// One mail that ends the connection says nothing of the server. These many in as many tenants, and none that was sent
// between them, do.
constexpr int broken_at_most = 3;

class Round {
 public:
  Round(const Platform& platform, const std::vector<const Tenant*>& tenants, const RoundOptions& options)
      : platform_(platform),
        tenants_(tenants),
        options_(options),
        mail_(platform.settings().mail),
        key_(platform_key(platform)),
        transports_(static_cast<std::size_t>(options.parallel)),
        results_(tenants.size()) {
    mail_.connect_within = options.connect_within;
    if (tenants.size() > 1) options_.limits.most = turn;
  }

  std::vector<TenantDelivery> run() {
    std::vector<std::size_t> turns(tenants_.size());
    std::iota(turns.begin(), turns.end(), std::size_t{0});
    std::ranges::shuffle(turns, std::minstd_rand(std::random_device()()));
    Step delivering("delivering the messages of", turns.size(), "tenants");
    const int workers = platform_.fitting_workers(options_.parallel, turns.size(), 1);
    while (!turns.empty() && !down_) {
      for_each_index(delivering, workers, [&](std::size_t i, std::size_t worker) {
        if (!down_) take_turn(turns[i], worker);
      });
      std::erase_if(turns, [&](std::size_t index) { return !results_[index].delivery.more; });
    }
    std::erase_if(results_, [](const TenantDelivery& one) { return one.tenant.empty(); });
    return std::move(results_);
  }

 private:
  void take_turn(std::size_t index, std::size_t worker) {
    const Tenant& tenant = *tenants_[index];
    const Concerning concerned(tenant.slug);
    TenantDelivery& result = results_[index];
    result.tenant = tenant.slug;
    result.delivery.more = false;
    result.error = catch_failure([&] {
      std::unique_ptr<Transport>& transport = transports_[worker];
      if (!transport) transport = open_transport(mail_, options_.limits.interrupted);
      const auto database = enter(platform_, tenant, Access::write);
      const Delivery delivery = deliver_mails(database, tenant, {platform_, key_, *transport}, options_.limits);
      result.delivery.add(delivery);
      if (delivery.sent > 0) broken_ = 0;
      if (delivery.down || (delivery.broken && ++broken_ >= broken_at_most)) down_ = true;
    });
  }

  const Platform& platform_;
  const std::vector<const Tenant*>& tenants_;
  RoundOptions options_;
  MailSettings mail_;
  const Secret key_;
  std::vector<std::unique_ptr<Transport>> transports_;  // one for each worker
  std::vector<TenantDelivery> results_;                 // in the order of tenants_
  std::atomic<bool> down_ = false;
  std::atomic<int> broken_ = 0;
};

}  // namespace

std::vector<TenantDelivery> deliver_round(const Platform& platform, const std::vector<const Tenant*>& tenants,
                                          const RoundOptions& options) {
  if (platform.settings().mail.transport.empty()) {
    throw Error(ErrorKind::failed, "no mail transport is configured",
                "Configure one (see 'acctl platform apply --help'); until then messages stay queued.");
  }
  return Round(platform, tenants, options).run();
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
    all.broken |= delivery.broken;
    if (!delivery.trouble.empty()) all.trouble = delivery.trouble;
    if (error) all.trouble = tenant + ": " + error->what();
  }
  return all;
}

}  // namespace acctl
