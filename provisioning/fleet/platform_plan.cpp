#include "provisioning/fleet/platform_plan.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/tenants/registry.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant_settings.hpp"
#include "provisioning/tenants/tenant_use.hpp"

namespace acctl {

namespace {

std::vector<Tenant> list_tenants_on(Platform& platform, const PlatformDefinitions& wanted) {
  std::vector<std::string> plans;
  for (const auto& [key, fields] : wanted.plans) plans.push_back(key);
  if (plans.empty()) return {};
  return list_tenants(platform,
                      {.conditions = {is_one_of("status", {"active", "suspended"}), is_one_of("plan", plans)}});
}

std::map<std::string, Entitlement> read_entitlements(Connection& control, const std::vector<std::string>& ids) {
  std::map<std::string, Entitlement> all;
  if (ids.empty()) return all;
  for (RegisteredTenant& tenant : read_settings(control, ids)) all[tenant.id] = std::move(tenant.given);
  return all;
}

void look_at_use(const Platform& platform, AffectedTenant& one) {
  const TenantSession database = enter(platform, one.tenant);
  const TenantUse use = read_use(database);
  one.effects = describe_entitlement_change(one.before, one.after, &use);
  if (lacks_seats(one.before, one.after, use))
    one.lacks_seats = too_few_seats(one.tenant.slug, one.after, use, "add --over-limit");
}

// Only where something is taken away it matters how much is used.
void look_at_uses(const Platform& platform, PlatformPlan& plan, int parallel) {
  std::vector<AffectedTenant*> losing;
  for (AffectedTenant& one : plan.affected) {
    if (takes_away(one.before, one.after)) losing.push_back(&one);
  }
  if (losing.empty()) return;
  std::mutex mutex;
  Step looking("looking at the use of", losing.size(), "tenants");
  for_each_index(looking, platform.fitting_workers(parallel, losing.size(), 1), [&](std::size_t index, std::size_t) {
    AffectedTenant& one = *losing[index];
    const Concerning concerned(one.tenant.slug);
    if (const auto error = catch_failure([&] { look_at_use(platform, one); })) {
      const std::lock_guard lock(mutex);
      plan.unread.push_back({one.tenant.slug, *error});
    }
  });
  std::ranges::sort(plan.unread, {}, &TenantFailure::tenant);
}

}  // namespace

PlatformPlan plan_platform(Platform& platform, const PlatformDefinitions& wanted, int parallel) {
  const std::vector<Tenant> tenants = list_tenants_on(platform, wanted);
  std::vector<std::string> ids;
  for (const Tenant& tenant : tenants) ids.push_back(tenant.id);
  const std::map<std::string, Entitlement> before = read_entitlements(platform.control(), ids);
  std::map<std::string, Entitlement> after;
  PlatformPlan plan;
  // What a tenant may use is made of its plan and of what it has of its own: the registry itself says what comes of it.
  plan.changes = change_platform(platform, wanted, Mode::rehearse,
                                 [&](Connection& control) { after = read_entitlements(control, ids); });
  for (const Tenant& tenant : tenants) {
    const auto was = before.find(tenant.id);
    const auto is = after.find(tenant.id);
    if (was == before.end() || is == after.end()) continue;  // deleted meanwhile
    std::vector<std::string> effects = describe_entitlement_change(was->second, is->second, nullptr);
    if (effects.empty()) continue;
    plan.affected.push_back(
        {.tenant = tenant, .before = was->second, .after = is->second, .effects = std::move(effects)});
  }
  std::ranges::sort(plan.affected, {}, [](const AffectedTenant& one) -> const std::string& { return one.tenant.slug; });
  look_at_uses(platform, plan, parallel);
  return plan;
}

std::vector<std::string> list_effects(const PlatformPlan& plan) {
  std::vector<std::string> effects;
  std::map<std::string, std::vector<std::string>> slugs;
  for (const AffectedTenant& one : plan.affected) {
    for (const std::string& effect : one.effects) {
      std::vector<std::string>& where = slugs[effect];
      if (where.empty()) effects.push_back(effect);
      where.push_back(one.tenant.slug);
    }
  }
  for (std::string& effect : effects) {
    const std::vector<std::string>& where = slugs[effect];
    effect = where.size() == 1 ? where.front() + ": " + effect : effect + " in " + counted(where.size(), "tenant");
  }
  return effects;
}

void require_seats(const PlatformPlan& plan) {
  std::vector<std::string> slugs;
  const Error* first = nullptr;
  for (const AffectedTenant& one : plan.affected) {
    if (!one.lacks_seats) continue;
    if (first == nullptr) first = &*one.lacks_seats;
    slugs.push_back(one.tenant.slug);
  }
  if (slugs.empty()) return;
  if (slugs.size() == 1) throw Error(*first);
  constexpr std::size_t most = 10;
  throw Error(ErrorKind::refused,
              counted(slugs.size(), "tenant") + " would have fewer seats than users: " + enumerated(slugs, most),
              first->hint());
}

}  // namespace acctl
