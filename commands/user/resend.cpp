#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/user/invitation.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/user_lookup.hpp"

namespace acctl {

namespace {

struct ResendInvitations {
  std::vector<std::string> emails;
  InvitationOptions invitation;
  std::vector<std::string> exclude;
};

int run(Session& session, const ResendInvitations& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  const std::optional<std::int64_t> lifetime = parse_lifetime(options.invitation);
  const bool links = shows_links(session, options.invitation);
  std::vector<Column> columns = {{"EMAIL", "/email"}, {"TENANT", "/tenant"}};
  if (links) columns.push_back({"LINK", "/link"});
  RecordWriter out = session.records(Shape::many, columns);
  NamedPeople named(emails);
  const auto work = [&](TenantWrite& site) {
    // Over several tenants, each renews the invitations that it has; named.require() reports who has none anywhere.
    const std::vector<std::string> present = named.look(site.database, site.tenant.slug);
    const Secret key = platform_key(site.platform, mode_of(session));
    const InvitationTerms terms = invitation_terms(site, key, lifetime, links);
    for (const std::string& email : present) {
      const std::string link =
          resend(site.database, site.identity, email, terms, site.record, site.ending, site.reconnect);
      nlohmann::ordered_json record = {{"email", email}, {"tenant", site.tenant.slug}};
      if (!link.empty()) record["link"] = link;
      out.add(record);
      ++site.mails;
    }
  };
  for_each_site(session, {.command = "user resend", .exclude = options.exclude, .work = work, .write = [&] {
                            named.require();
                            out.finish();
                          }});
  return 0;
}

}  // namespace

Command user_resend_command() {
  return command<ResendInvitations>("resend", "send an invitation again, with a new link", run)
      .describe(R"(
Sends users who have not signed up another invitation with a new token. The old link stops working, and queued messages
that contain it are canceled. An expired invitation becomes valid again.)")
      .argument("EMAIL...", "invited users", &ResendInvitations::emails)
      .with(invitation_options, &ResendInvitations::invitation)
      .with(exclude_option, &ResendInvitations::exclude)
      .example("acctl user resend ana@acme.example -t acme", "Send the user another message.");
}

}  // namespace acctl
