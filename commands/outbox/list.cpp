#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/outbox/outbox.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/record_sink.hpp"
#include "provisioning/delivery/outbox.hpp"

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

void run(Session& session, const ListOutbox& options) {
  Platform platform = open_for_tenants(session);
  const std::string email = options.email.empty() ? "" : parse_emails({options.email}).front();
  RecordWriter out = session.records(Shape::many, {{"ID", Fit::spare},
                                                   "TENANT",
                                                   "RECIPIENT",
                                                   "PURPOSE",
                                                   "STATUS",
                                                   {"ATTEMPTS", Fit::spare},
                                                   {"NEXT ATTEMPT", "/not_before", Fit::spare},
                                                   "ERROR"});
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, options.exclude, {}, Unnamed::all, Reach::suspended_too);
  tell_left_out(session, tenants, Reach::suspended_too);
  NamedPeople named(email.empty() ? std::vector<std::string>() : std::vector<std::string>{email});
  const auto look = [&](std::size_t index, TenantSession& database, const InOrder& in_order) {
    RecordSink sink(out, in_order);
    const std::vector<Mail> mails = list_mails(database, options.status, email);
    for (const Mail& mail : mails) sink.add(to_json(mail, tenants[index]));
    if (!mails.empty()) named.found(email);  // also to somebody who was deleted
    if (mails.empty() && !email.empty()) named.look(database, tenants[index].slug);
    sink.flush();
  };
  const FleetReport report = read_tenants(platform, tenants, session.parallel(), look);
  if (!report.all_failed()) {
    if (report.failures.empty()) named.require();
    out.finish();
    if (out.empty()) session.terminal().info("no messages match");
  }
  throw_failures(report, Reported::no);
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
