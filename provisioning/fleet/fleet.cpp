#include "provisioning/fleet/fleet.hpp"

#include <set>

#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/tenants/enterprise.hpp"

namespace acctl {

namespace {

std::map<std::string, Tenant> existing_tenants(Platform& platform, const std::vector<TenantRequest>& requests) {
  TenantFilter filter;
  for (const TenantRequest& request : requests) filter.slugs.push_back(request.slug);
  std::map<std::string, Tenant> tenants;
  for (Tenant& tenant : list_tenants(platform, filter)) tenants.emplace(tenant.slug, std::move(tenant));
  return tenants;
}

}  // namespace

std::vector<TenantOutcome> create_tenants(Platform& platform, const std::vector<TenantRequest>& requests, int parallel,
                                          const std::function<void(const TenantOutcome&)>& done) {
  const std::map<std::string, Tenant> existing = existing_tenants(platform, requests);
  std::vector<TenantOutcome> outcomes(requests.size());
  // A session of the control database for each worker that has something to make.
  std::vector<std::unique_ptr<Platform>> sessions(static_cast<std::size_t>(parallel));
  // Beside that, one in the new database, and for a moment one in the template.
  Step creating("creating", requests.size(), "tenants");
  const int workers = platform.fitting_workers(parallel, requests.size(), 3);
  const auto create = [&](std::size_t index, std::size_t worker) {
    const TenantRequest& request = requests[index];
    const Concerning tenant(request.slug);
    TenantOutcome& outcome = outcomes[index];
    outcome.slug = request.slug;
    outcome.error = catch_failure([&] {
      const auto known = existing.find(request.slug);
      if (known != existing.end()) outcome.result = unchanged_tenant(platform, known->second, request);
      if (!outcome.result) {
        if (!sessions[worker] || !sessions[worker]->control().usable()) sessions[worker] = platform.another();
        outcome.result = create_tenant(*sessions[worker], request, [](const std::string&, std::string_view) {});
      }
    });
    done(outcome);
  };
  const std::set<std::string> founding = find_founding(platform, requests);
  for (const bool first : {true, false}) {
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (founding.contains(requests[i].slug) == first) indexes.push_back(i);
    }
    for_each_index(indexes.size(), workers, [&](std::size_t index, std::size_t worker) {
      create(indexes[index], worker);
      creating.advance();
    });
  }
  return outcomes;
}

}  // namespace acctl
