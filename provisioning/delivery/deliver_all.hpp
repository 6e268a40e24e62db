// One round of deliveries over many tenants.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "provisioning/delivery/outbox.hpp"

namespace acctl {

struct TenantDelivery {
  std::string tenant;  // slug
  Delivery delivery;
  std::optional<Error> error;  // it was not come to the end
};

struct RoundOptions {
  int parallel = 8;
  DeliveryLimits limits;
  std::string timeout;  // "" that of the settings
  std::function<void(std::size_t done, std::size_t all)> progress = nullptr;
};

// Delivers in all of `tenants`, several at a time, each worker with a connection of its own to the mail server, until
// nothing is due. Each tenant has its turn before one of them has another, and the order is by chance: however much one
// of them has queued, and whatever, the others' messages leave. Stops where nothing can be sent at the moment. One
// entry for each tenant that was come to, in their order. Throws Error(failed) if no transport is set, and what
// platform_key() and open_transport() throw.
std::vector<TenantDelivery> deliver_round(const Platform& platform, const std::vector<const Tenant*>& tenants,
                                          const RoundOptions& options);

// All of them together; `trouble` is the last one's that has one.
Delivery sum(const std::vector<TenantDelivery>& round);

}  // namespace acctl
