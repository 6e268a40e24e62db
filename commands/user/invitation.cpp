#include "commands/user/invitation.hpp"

#include "provisioning/base/duration.hpp"
#include "provisioning/platform/platform.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

std::vector<Option> invitation_options(InvitationOptions& options) {
  return {
      parse_option("--expires TIME", "lifetime, from 1m to 90d (default: the setting invitations.expire_days)",
                   &options.expires),
      parse_option("--print-link", "print the link that completes the invitation, a secret; has no effect in a dry run",
                   &options.print_link)};
}

void show_links(bool links, const std::function<void()>& write) {
  try {
    write();
  } catch (const Error& error) {
    if (!links || error.kind() == ErrorKind::interrupted) throw;
    throw Error(error.kind(), std::string("the invitations stand, and their links could not be shown: ") + error.what(),
                "For new links: acctl user resend EMAIL --print-link");
  }
}

bool shows_links(const Session& session, const InvitationOptions& options) {
  return options.print_link && !session.settings().dry_run;
}

std::optional<std::int64_t> parse_lifetime(const InvitationOptions& options) {
  if (options.expires.empty()) return {};
  const std::int64_t lifetime = parse_duration("--expires", options.expires).count();
  constexpr std::int64_t minute = 60'000;
  constexpr std::int64_t day = 86'400'000;
  if (lifetime >= minute && lifetime <= 90 * day) return lifetime;
  throw Error(ErrorKind::invalid, "--expires: '" + options.expires + "' is not between 1m and 90d");
}

InvitationTerms invitation_terms(const TenantWrite& site, const Secret& key, std::optional<std::int64_t> lifetime,
                                 bool links) {
  const PlatformSettings& settings = site.platform.settings();
  return {.key = key,
          .lifetime_ms = lifetime,
          .link_base = make_link_base(settings.mail, site.tenant.slug, site.tenant.host(settings.base_domain)),
          .links = links};
}

}  // namespace acctl
