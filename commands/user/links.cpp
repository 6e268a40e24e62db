// user resend and user accept, and what they share with user invite.
#include <nlohmann/json.hpp>

#include "commands/shared/connect_platform.hpp"
#include "commands/shared/tenant_write.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/duration.hpp"
#include "provisioning/base/files.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ResendOptions {
  std::vector<std::string> emails;
  InvitationOptions invitation;
  std::vector<std::string> exclude;
};

int resend_all(Session& session, const ResendOptions& options) {
  const std::vector<std::string> emails = emails_of(options.emails);
  const std::int64_t lifetime = lifetime_of(options.invitation);
  std::vector<Column> columns = {{"EMAIL", "/email"}, {"TENANT", "/tenant"}};
  if (shows_links(session, options.invitation)) columns.push_back({"LINK", "/link"});
  RecordWriter out = session.records(Shape::many, columns);
  NamedPeople named(emails);
  const auto work = [&](TenantWrite& site) {
    // Over several tenants a person is invited again wherever there is something to renew.
    const std::vector<std::string> present = named.look(site.database, site.tenant.slug);
    const Secret key = platform_key(site.platform, mode_of(session));
    const InvitationTerms terms{.key = key,
                                .lifetime_ms = lifetime,
                                .link_base = link_base_in(site),
                                .links = shows_links(session, options.invitation)};
    for (const std::string& email : present) {
      const std::string link =
          resend(site.database, site.identity, email, terms, site.record, site.ending, site.reconnect);
      Json record = {{"email", email}, {"tenant", site.tenant.slug}};
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

struct AcceptOptions {
  std::string token_file = "-";
};

// The token, also where the whole link was given.
std::string token_in(const std::string& file) {
  constexpr std::size_t limit = 4096;
  std::string text = file == "-" ? read_standard_input(limit) : read_secret_file(file, limit);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  text.erase(0, text.find_last_of("/=") + 1);  // the ends of a link_base
  constexpr std::size_t length = 43;
  const bool plain =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
  if (text.size() == length && plain) return text;
  throw Error(ErrorKind::invalid, "what was given is no token: 43 letters, digits, - and _ are expected",
              "Give the token of the mail, or its link, whole.");
}

int accept_one(Session& session, const AcceptOptions& options) {
  if (session.settings().tenants.size() != 1 || session.settings().all) {
    throw Error(ErrorKind::invalid, "this command takes one tenant", "Name it with -t.");
  }
  const std::string token = token_in(options.token_file);
  RecordWriter out = session.records(Shape::one, {{"EMAIL", "/email"}, {"STATUS", "/status"}, {"TENANT", "/tenant"}});
  const auto work = [&](TenantWrite& site) {
    const std::string email = accept(site.database, site.identity, token, site.record, site.ending, site.reconnect);
    out.add({{"email", email}, {"status", "active"}, {"tenant", site.tenant.slug}});
  };
  for_each_site(session, {.command = "user accept", .exclude = {}, .work = work, .write = [&] { out.finish(); }});
  return 0;
}

}  // namespace

std::vector<Option> invitation_options(InvitationOptions& options) {
  return {{.name = "--expires",
           .value = "TIME",
           .help = "how long the invitation is good for, up to 90d",
           .target = &options.expires},
          {.name = "--print-link",
           .value = "",
           .help = "show the link that completes the invitation, which is as good as a password; not in a dry run",
           .target = &options.print_link}};
}

bool shows_links(const Session& session, const InvitationOptions& options) {
  return options.print_link && !session.settings().dry_run;
}

std::int64_t lifetime_of(const InvitationOptions& options) {
  const std::int64_t lifetime = parse_duration("--expires", options.expires).count();
  constexpr std::int64_t minute = 60'000;
  constexpr std::int64_t day = 86'400'000;
  if (lifetime >= minute && lifetime <= 90 * day) return lifetime;
  throw Error(ErrorKind::invalid, "--expires: '" + options.expires + "' is not between 1m and 90d");
}

std::string link_base_in(const TenantWrite& site) {
  const PlatformSettings& settings = site.platform.settings();
  return link_base_of(settings.mail, site.tenant.slug, settings.base_domain);
}

Command user_resend_command() {
  auto options = std::make_shared<ResendOptions>();
  return {
      .name = "resend",
      .summary = "send an invitation again, with a fresh link",
      .description =
          "Makes a fresh token for the same user; the old link is dead, and mails that wait with it are not sent. For "
          "users who have not signed up; an invitation that has expired is good again.",
      .arguments = {{.name = "EMAIL", .help = "whose invitation", .target = &options->emails}},
      .options = joined({invitation_options(options->invitation), {exclude_option(options->exclude)}}),
      .examples = {{"acctl user resend ana@acme.example -t acme", "She gets another mail."}},
      .run = [options](Session& session) { return resend_all(session, *options); },
      .storage = options,
  };
}

Command user_accept_command() {
  auto options = std::make_shared<AcceptOptions>();
  return {
      .name = "accept",
      .summary = "complete an invitation with its token",
      .description =
          "Does what the application does when somebody follows the link of an invitation: the token is used up and "
          "the "
          "user becomes active. For tests and support. The token, or the whole link, is read from standard input or "
          "from a file that nobody else can read; on a command line it would be seen by others.",
      .options = {{.name = "--token-file",
                   .value = "FILE",
                   .help = "where the token is; - for standard input",
                   .target = &options->token_file,
                   .values = Values::file}},
      .examples = {{"acctl user accept --token-file token -t acme", "The user is active."}},
      .run = [options](Session& session) { return accept_one(session, *options); },
      .storage = options,
  };
}

}  // namespace acctl
