// Delivers the messages of many tenants in turns.
#pragma once

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
  std::string connect_within;  // "" as the settings say; the answer to a message is always waited for as they say
};

// Delivers in all of `tenants`, several at a time, each worker with a connection of its own to the mail server, until
// nothing is due. Each tenant has its turn before any has a second one, in random order, so that no tenant can keep the
// messages of others from being sent. Stops when nothing can be sent at the moment. Returns one entry for each tenant
// that was reached, in their order. Throws Error(failed) if no transport is configured, and what platform_key() and
// open_transport() throw.
std::vector<TenantDelivery> deliver_round(const Platform& platform, const std::vector<const Tenant*>& tenants,
                                          const RoundOptions& options);

// All of them together; `trouble` is the last one's that has one.
Delivery sum(const std::vector<TenantDelivery>& round);

}  // namespace acctl
