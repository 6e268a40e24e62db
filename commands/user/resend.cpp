#include <map>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/shared/connect_platform.hpp"
#include "commands/shared/consent.hpp"
#include "commands/shared/delivery.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/invitation.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/access/invitation_renewal.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/delivery/outbox.hpp"

namespace acctl {

namespace {

struct ResendInvitations {
  std::vector<std::string> emails;
  bool expired = false;
  bool all_invited = false;
  InvitationOptions invitation;
  std::vector<std::string> exclude;
};

Waiting parse_waiting(const ResendInvitations& options) {
  const int ways = (options.emails.empty() ? 0 : 1) + (options.expired ? 1 : 0) + (options.all_invited ? 1 : 0);
  if (ways != 1) {
    throw Error(ErrorKind::invalid,
                ways == 0 ? "no user is given" : "email addresses, --expired and --all-invited cannot be combined",
                "Give email addresses, or --expired, or --all-invited.");
  }
  if (!options.emails.empty()) return Waiting::named;
  return options.expired ? Waiting::expired : Waiting::invited;
}

// How many invitations are renewed in each of several tenants, of users whom the command does not name: a person
// confirms them, as other changes of many tenants.
class Extent {
 public:
  explicit Extent(Waiting who) : who_(who) {}

  void look(const Tenant& tenant, TenantSession& database) { guests_[tenant.slug] = count_waiting(database, who_); }

  void confirm(Session& session, const FleetReport& unread) const {
    Outlook outlook;
    MessageTotals messages;
    for (const auto& [slug, count] : guests_) {
      if (count > 0) outlook.changing.push_back(slug);
      messages.invitations += count;
    }
    for (const TenantFailure& failure : unread.failures) outlook.failing.push_back(failure.tenant);
    require_consent(session, outlook, AskedBy::files,
                    messages_words(messages, session.settings().no_mail) +
                        ", and the old links stop working. Do you want to renew the invitations in " + places(outlook) +
                        "?",
                    [&] { session.terminal().show(list_tenants()); });
  }

 private:
  std::string list_tenants() const {
    constexpr std::size_t most = 10;
    std::string text;
    std::size_t number = 0;
    for (const auto& [slug, count] : guests_) {
      if (count == 0) continue;
      if (++number <= most) text += "tenant " + slug + ": " + counted(count, "invitation") + "\n";
    }
    return text + (number > most ? "and " + counted(number - most, "more tenant") + "\n" : "");
  }

  Waiting who_;
  std::map<std::string, std::size_t> guests_;  // by slug
};

void run(Session& session, const ResendInvitations& options) {
  const Waiting who = parse_waiting(options);
  const std::vector<std::string> emails = parse_emails(options.emails);
  const std::optional<std::int64_t> lifetime = parse_lifetime(options.invitation);
  const bool links = shows_links(session, options.invitation);
  std::vector<Column> columns = {"EMAIL", "TENANT"};
  if (links) columns.push_back("LINK");
  RecordWriter out = session.records(Shape::many, columns);
  // Over several tenants, each renews the invitations that it has; require() reports who has none anywhere.
  NamedPeople named(emails);
  std::map<std::string, std::vector<std::string>> present;  // by tenant
  std::int64_t renewed = 0;
  // Whether there is such a user is nothing for who may not see users.
  const auto look_around = [&](TenantSession& database) { require_sight(database, session.settings().as); };
  const auto work = [&](TenantWrite& site) {
    look_around(site.database);
    const Secret key = platform_key(site.platform, read_mode(session));
    const InvitationTerms terms = invitation_terms(site, key, lifetime, links);
    for (const auto& [email, link] : resend(site.run, {who, present[site.tenant.slug]}, terms)) {
      nlohmann::ordered_json record = {{"email", email}, {"tenant", site.tenant.slug}};
      if (!link.empty()) record["link"] = link;
      out.add(record);
      ++site.mails;
    }
    renewed += site.mails;
    // An earlier run may have renewed them and been killed before it could send them.
    if (site.mails == 0 && session.settings().as.empty()) site.older_mails = count_queued_mails(site.database);
  };
  TenantWriteJob job{.command = "user resend", .exclude = options.exclude, .work = work, .write = [&] {
                       show_links(links, [&] { out.finish(); });
                       if (renewed == 0) session.terminal().info("no invitation to send again");
                     }};
  if (who == Waiting::named) {
    job.look = [&](const Tenant& tenant, TenantSession& database) {
      look_around(database);
      present[tenant.slug] = named.look(database, tenant.slug);
    };
    job.looked = [&] { named.require(); };
  }
  Extent extent(who);
  if (who != Waiting::named && names_several(session)) {
    job.look = [&](const Tenant& tenant, TenantSession& database) {
      look_around(database);
      extent.look(tenant, database);
    };
    job.confirm = [&](const FleetReport& unread) { extent.confirm(session, unread); };
  }
  for_each_site(session, job);
}

}  // namespace

Command user_resend_command() {
  return command<ResendInvitations>("resend", "send invitations again, with new links", run)
      .describe(R"(
Sends users who have not signed up another invitation with a new token. The old link stops working, and queued messages
that contain it are canceled. An expired invitation becomes valid again. In each tenant, either all invitations are
renewed or none: a mistyped address (exit 3) or a user who has signed up (exit 7) changes nothing.

With --expired or --all-invited in several tenants, the number of invitations in each is shown and has to be confirmed;
without a terminal, --yes is required.)")
      .argument("[EMAIL...]", "invited users", &ResendInvitations::emails)
      .option("--expired", "all invited users whose invitation has expired or is missing", &ResendInvitations::expired)
      .option("--all-invited", "all users who have not signed up", &ResendInvitations::all_invited)
      .with(invitation_options, &ResendInvitations::invitation)
      .with(exclude_option, &ResendInvitations::exclude)
      .example("acctl user resend cleo@acme.example -t acme", "Send the user another message.")
      .example("acctl user resend --expired --all", "Renew every expired invitation, in all tenants, after a prompt.");
}

}  // namespace acctl
