#include "commands/shared/tenant_selection.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "commands/reports/change_text.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_arguments.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/tenants/tenant_query.hpp"

namespace acctl {

namespace {

std::set<std::string_view> collect_slugs(const std::vector<Tenant>& tenants) {
  std::set<std::string_view> slugs;
  for (const Tenant& tenant : tenants) slugs.insert(tenant.slug);
  return slugs;
}

// What the registry is asked: the tenants that the session means, within the conditions of the files.
TenantFilter read_tenant_filter(const Session& session, const std::optional<TenantSelection>& files) {
  TenantFilter filter = read_tenant_filter(session);
  if (files) std::ranges::copy(files->match, std::back_inserter(filter.conditions));
  return filter;
}

// Leaves those of `tenants` that the files are for. One that is named and is not is a mistake.
void keep_declared(Session& session, Platform& platform, const TenantSelection& files, std::vector<Tenant>& tenants) {
  const auto refuse = [](const std::string& slug) {
    throw Error(ErrorKind::invalid, "the files are not for tenant " + slug, "Their `tenants:` says for whom.");
  };
  const bool named = !session.settings().tenants.empty();
  const std::set<std::string_view> declared(files.slugs.begin(), files.slugs.end());
  const auto is_other = [&](const Tenant& tenant) { return !declared.empty() && !declared.contains(tenant.slug); };
  for (const Tenant& tenant : tenants) {
    if (named && is_other(tenant)) refuse(tenant.slug);
  }
  std::erase_if(tenants, is_other);
  if (!named || files.match.empty()) return;
  const std::set<std::string_view> left = collect_slugs(tenants);
  const bool all =
      std::ranges::all_of(session.settings().tenants, [&](const auto& slug) { return left.contains(slug); });
  if (all) return;
  for (const Tenant& tenant : list_targets(platform, read_tenant_filter(session))) {
    if (!left.contains(tenant.slug)) refuse(tenant.slug);
  }
}

// A slug that is named and not selected was excluded by something else, or is misspelled.
void refuse_unknown(Platform& platform, const std::vector<std::string>& named, const std::vector<Tenant>& selected) {
  if (named.empty()) return;
  const std::set<std::string_view> here = collect_slugs(selected);
  std::vector<std::string> others;
  std::ranges::copy_if(named, std::back_inserter(others),
                       [&](const std::string& slug) { return !here.contains(slug); });
  if (others.empty()) return;
  const std::vector<Tenant> known = list_targets(platform, {.slugs = others});
  const std::set<std::string_view> elsewhere = collect_slugs(known);
  for (const std::string& slug : others) {
    if (elsewhere.contains(slug)) continue;
    throw Error(ErrorKind::invalid, "there is no tenant '" + slug + "'", "'acctl tenant list' lists all tenants.");
  }
}

}  // namespace

Option exclude_option(std::vector<std::string>& target) {
  return parse_option("--exclude SLUG", "skip this tenant; repeatable", &target,
                      {.values = Values::tenants, .group = OptionGroup::tenants});
}

Platform open_for_tenants(Session& session, const std::optional<TenantSelection>& files) {
  Platform platform = begin_platform(session);
  platform.open(make_target_statement(read_tenant_filter(session, files)));
  return platform;
}

Opened open_for_edit(Session& session, const Edit& edit, const std::optional<TenantSelection>& files) {
  const std::vector<std::string>& named = session.settings().tenants;
  for (const std::string& slug : named) check_slug(slug);
  Platform platform = begin_platform(session);  // first, for it is asked more
  EarlySession early;
  if (named.size() == 1) early = EarlySession(platform, named.front(), edit);
  platform.open(make_target_statement(read_tenant_filter(session, files)));
  return {std::move(platform), std::move(early)};
}

std::vector<Tenant> selected_tenants(Session& session, Platform& platform, const std::vector<std::string>& exclude,
                                     const std::optional<TenantSelection>& files, Unnamed unnamed, Reach reach) {
  const TenantFilter filter = read_tenant_filter(session, files);
  const bool named = !filter.slugs.empty();
  if (!named && session.settings().match.empty() && !session.settings().all && !files && unnamed == Unnamed::refused) {
    throw Error(ErrorKind::invalid, "no tenant is selected", "Select tenants with -t, --match or --all.");
  }
  std::vector<Tenant> tenants = list_targets(platform, filter);
  if (!session.settings().match.empty()) refuse_unknown_names(platform, read_tenant_filter(session));
  refuse_unknown(platform, filter.slugs, tenants);
  if (!session.settings().as.empty()) add_features(platform, tenants);
  if (files) {
    keep_declared(session, platform, *files, tenants);
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
  Step reading("reading", tenants.size(), "tenants");
  for_each_in_order(reading, workers, [&](std::size_t i, const InOrder& in_order) {
    if (!is_reached(tenants[i], reach)) return;
    const Concerning tenant(tenants[i].slug);
    errors[i] = catch_failure([&] {
      TenantSession database = enter(platform, tenants[i]);
      visit(i, database, in_order);
    });
  });
  FleetReport report;
  report.only_read = true;
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
