#include "commands/shared/tenant_selection.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "commands/reports/change_text.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/parallel.hpp"
#include "provisioning/fleet/fleet.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

std::set<std::string_view> slugs_of(const std::vector<Tenant>& tenants) {
  std::set<std::string_view> slugs;
  for (const Tenant& tenant : tenants) slugs.insert(tenant.slug);
  return slugs;
}

// `slugs`: those of the files.
bool fits(const Tenant& tenant, const TenantSelection& files, const std::set<std::string_view>& slugs) {
  if (!slugs.empty()) return slugs.contains(tenant.slug);
  return std::ranges::all_of(files.match, [&](const auto& wanted) {
    const auto& [key, values] = wanted;
    return std::ranges::any_of(values, [&, &name = key](const std::string& value) {
      TenantFilter filter;
      narrow(filter, name, value);
      return matches(filter, tenant);
    });
  });
}

// A slug that is named and not selected was excluded by something else, or is misspelled.
void refuse_unknown(Platform& platform, const std::vector<std::string>& named, const std::vector<Tenant>& selected) {
  if (named.empty()) return;
  const std::set<std::string_view> here = slugs_of(selected);
  std::vector<std::string> others;
  std::ranges::copy_if(named, std::back_inserter(others),
                       [&](const std::string& slug) { return !here.contains(slug); });
  if (others.empty()) return;
  const std::vector<Tenant> known = list_targets(platform, {.slugs = others});
  const std::set<std::string_view> elsewhere = slugs_of(known);
  for (const std::string& slug : others) {
    if (elsewhere.contains(slug)) continue;
    throw Error(ErrorKind::invalid, "there is no tenant '" + slug + "'", "'acctl tenant list' lists all tenants.");
  }
}

}  // namespace

Option exclude_option(std::vector<std::string>& target) {
  return {.name = "--exclude",
          .value = "SLUG",
          .help = "skip this tenant; repeatable",
          .target = &target,
          .values = Values::tenants};
}

Platform open_for_tenants(Session& session) {
  Platform platform = begin_platform(session);
  platform.open(targets_of(session.settings().tenants));
  return platform;
}

Opened open_for_edit(Session& session, const Edit& edit) {
  const std::vector<std::string>& named = session.settings().tenants;
  for (const std::string& slug : named) check_slug(slug);
  Platform platform = begin_platform(session);  // first, for it is asked more
  EarlySession early;
  if (named.size() == 1) early = EarlySession(platform, named.front(), edit);
  platform.open(targets_of(named));
  return {std::move(platform), std::move(early)};
}

std::vector<Tenant> selected_tenants(Session& session, Platform& platform, const std::vector<std::string>& exclude,
                                     const std::optional<TenantSelection>& files, Unnamed unnamed, Reach reach) {
  TenantFilter filter = filter_of(session);
  const bool named = !filter.slugs.empty();
  if (!named && session.settings().match.empty() && !session.settings().all && !files && unnamed == Unnamed::refused) {
    throw Error(ErrorKind::invalid, "no tenant is selected", "Select tenants with -t, --match or --all.");
  }
  std::vector<Tenant> tenants = list_targets(platform, filter);
  if (!session.settings().match.empty()) refuse_unknown_names(platform, filter);
  refuse_unknown(platform, filter.slugs, tenants);
  if (!session.settings().as.empty()) add_features(platform, tenants);
  if (files) {
    const std::set<std::string_view> slugs(files->slugs.begin(), files->slugs.end());
    for (const Tenant& tenant : tenants) {
      if (named && !fits(tenant, *files, slugs)) {
        throw Error(ErrorKind::invalid, "the files are not for tenant " + tenant.slug,
                    "Their `tenants:` says for whom.");
      }
    }
    std::erase_if(tenants, [&](const Tenant& tenant) { return !fits(tenant, *files, slugs); });
    if (!named) refuse_unknown(platform, files->slugs, tenants);
  }
  refuse_unknown(platform, exclude, tenants);
  const std::set<std::string_view> excluded(exclude.begin(), exclude.end());
  std::erase_if(tenants, [&](const Tenant& tenant) { return excluded.contains(tenant.slug); });
  if (named && tenants.size() == 1 && !is_reached(tenants.front(), reach)) {
    throw not_active(tenants.front());
  }
  if (tenants.empty()) session.terminal().warn("no tenants match; nothing to do");
  return tenants;
}

void tell_suspended(Session& session, const std::vector<Tenant>& tenants, Reach reach) {
  std::vector<std::string> suspended;
  for (const Tenant& tenant : tenants) {
    if (tenant.status == "suspended" && is_reached(tenant, reach)) suspended.push_back(tenant.slug);
  }
  if (suspended.empty()) return;
  session.terminal().info(tenants.size() == 1
                              ? "tenant " + suspended.front() + " is suspended"
                              : counted(suspended.size(), "suspended tenant") + " included: " + shortened(suspended));
}

void tell_left_out(Session& session, const std::vector<Tenant>& tenants, Reach reach) {
  tell_suspended(session, tenants, reach);
  std::vector<std::string> left_out;
  for (const Tenant& tenant : tenants) {
    if (!is_reached(tenant, reach)) left_out.push_back(tenant.slug + " (" + tenant.status + ")");
  }
  if (left_out.empty()) return;
  session.terminal().info(counted(left_out.size(), "tenant") + " left out: " + shortened(left_out));
}

void require_single(const std::vector<Tenant>& tenants, const std::string& what) {
  if (tenants.size() == 1) return;
  throw Error(ErrorKind::invalid, what + " takes one tenant, but " + std::to_string(tenants.size()) + " are selected",
              "Select it with -t.");
}

FleetReport read_tenants(const Platform& platform, const std::vector<Tenant>& tenants, int parallel,
                         const ReadTenant& visit, Reach reach) {
  std::vector<std::optional<Error>> errors(tenants.size());
  const int workers = platform.fitting_workers(parallel, tenants.size(), 1);
  for_each_in_order(tenants.size(), workers, [&](std::size_t i, const InOrder& in_order) {
    if (!is_reached(tenants[i], reach)) return;
    const Concerning tenant(tenants[i].slug);
    try {
      TenantSession database = enter(platform, tenants[i]);
      visit(i, database, in_order);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      errors[i] = error;
    }
  });
  FleetReport report;
  for (std::size_t i = 0; i < tenants.size(); ++i) {
    if (!errors[i]) {
      report.unchanged += is_reached(tenants[i], reach) ? 1 : 0;
      continue;
    }
    report.failures.push_back({tenants[i].slug, *errors[i]});
  }
  return report;
}

}  // namespace acctl
