#include "commands/shared/tenant_arguments.hpp"

#include <vector>

#include "provisioning/base/error.hpp"

namespace acctl {

Argument slug_argument(std::string& target) {
  return parse_argument("[SLUG]", "the tenant (default: the one given by --tenant)", &target, Values::tenants);
}

void refuse_selectors(const Session& session) {
  for (const char* selector : {"--all", "--match"}) {
    if (!session.given(selector)) continue;
    throw Error(ErrorKind::invalid, std::string("this command takes one tenant, not ") + selector,
                "Give the slug of one tenant; 'acctl tenant list' lists all of them.");
  }
}

std::string read_slug(const Session& session, const std::string& argument) {
  refuse_selectors(session);
  const bool another = session.given("--tenant");
  if (!argument.empty() && another && session.settings().tenants != std::vector<std::string>{argument}) {
    throw Error(ErrorKind::invalid, "SLUG and --tenant name different tenants", "Give only one of them.");
  }
  if (!argument.empty()) return argument;
  const std::vector<std::string>& tenants = session.settings().tenants;
  if (tenants.size() == 1) return tenants.front();
  throw Error(ErrorKind::invalid, tenants.empty() ? "SLUG is missing" : "this command takes one tenant",
              "Give the slug of one tenant; 'acctl tenant list' lists all of them.");
}

TenantFilter read_tenant_filter(const Session& session) {
  TenantFilter filter;
  filter.slugs = session.settings().tenants;
  filter.conditions = match_conditions(session.settings().match);
  return filter;
}

TenantFilter read_tenant_filter(const Session& session, const std::vector<std::string>& slugs) {
  TenantFilter filter = read_tenant_filter(session);
  if (!slugs.empty() && session.given("--tenant")) {
    throw Error(ErrorKind::invalid, "SLUG and --tenant cannot be combined", "Use one of them.");
  }
  if (!slugs.empty()) filter.slugs = slugs;
  return filter;
}

}  // namespace acctl
