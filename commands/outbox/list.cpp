#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/outbox/outbox.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/delivery/deliver_all.hpp"

namespace acctl {

namespace {

struct ListOutbox {
  std::string status;
  std::string email;
  std::vector<std::string> exclude;
};

nlohmann::ordered_json to_json(const Mail& mail, const Tenant& tenant) {
  return {{"id", mail.id},
          {"tenant", tenant.slug},
          {"recipient", mail.recipient},
          {"purpose", mail.purpose},
          {"status", mail.status},
          {"attempts", mail.attempts},
          {"error", or_null(mail.error)},
          {"run", mail.run},
          {"queued_at", mail.queued_at},
          {"not_before", or_null(mail.not_before)},
          {"sent_at", or_null(mail.sent_at)}};
}

int run(Session& session, const ListOutbox& options) {
  Platform platform = open_for_tenants(session);
  const std::string email = options.email.empty() ? "" : emails_of({options.email}).front();
  RecordWriter out = session.records(Shape::many, {{"ID", "/id"},
                                                   {"TENANT", "/tenant"},
                                                   {"RECIPIENT", "/recipient"},
                                                   {"PURPOSE", "/purpose"},
                                                   {"STATUS", "/status"},
                                                   {"ATTEMPTS", "/attempts"},
                                                   {"NEXT ATTEMPT", "/not_before"},
                                                   {"ERROR", "/error"}});
  const std::vector<Tenant> tenants = select_active_tenants(session, platform, options.exclude);
  const FleetReport report = read_tenants(platform, tenants, 1, [&](std::size_t index, TenantSession& database) {
    for (const Mail& mail : list_mails(database, options.status, email)) out.add(to_json(mail, tenants[index]));
  });
  if (!report.all_failed()) out.finish();
  throw_failures(report, Reported::no);
  return 0;
}

}  // namespace

Command outbox_list_command() {
  return command<ListOutbox>("list", "list messages that are queued, held or have failed", run)
      .describe(R"(
Lists the queued, held and failed messages of the selected tenants, or of all tenants; with --status, messages of
another status.)")
      .option("--status STATUS", "list only messages of this status; any lists all (default: queued, held, failed)",
              &ListOutbox::status)
      .choices({"queued", "held", "sent", "failed", "canceled", "any"})
      .option("--to EMAIL", "list only messages to this address", &ListOutbox::email)
      .with(exclude_option, &ListOutbox::exclude)
      .example("acctl outbox list", "All messages that are queued, held or have failed, in all tenants.")
      .example("acctl outbox list -t acme --status any --to ana@acme.example", "All messages to one address.")
      .trail(Trail::nothing);
}

}  // namespace acctl
