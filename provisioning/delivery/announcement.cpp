#include "provisioning/delivery/announcement.hpp"

#include "provisioning/delivery/announcement.sql.hpp"
#include "provisioning/delivery/message.hpp"
#include "provisioning/delivery/transport.hpp"

namespace acctl {

namespace {

constexpr const char* template_hint =
    "Access has to be announced (setting support.announce_access); see 'acctl platform check'.";

std::string announcement_text(const Actor& actor, const std::string& organization, bool writes) {
  return "Hello,\n\n" + actor.name + " of the support staff is about to open a session in the database of " +
         organization + (writes ? ", in which data can be changed.\n" : ", which only reads.\n") +
         "\nThe reason given is: " + actor.reason + "\n\nYour setting support.announce_access asks for this message.\n";
}

}  // namespace

Announcement prepare_announcement(const TenantSession& database, const Tenant& tenant) {
  const Rows rows = database->query(sql::people_to_announce_to);
  Announcement announcement{.wanted = !rows.empty(), .recipients = {}, .organization = tenant.slug, .date = {}};
  for (const Row row : rows) {
    if (!row.is_null(0)) announcement.recipients.emplace_back(row.view(0));
    if (!row.view(1).empty()) announcement.organization = row.view(1);
    announcement.date = row.view(2);
  }
  if (announcement.wanted && announcement.recipients.empty()) {
    throw Error(ErrorKind::refused,
                "tenant " + tenant.slug +
                    " wants access to be announced to its administrators (setting support.announce_access), and none "
                    "of them is active",
                "One of them has to sign up first ('acctl user resend' renews an invitation) or to be reactivated.");
  }
  return announcement;
}

void send_announcement(const Platform& platform, const Announcement& announcement, bool writes,
                       const std::function<bool()>* interrupted) {
  if (announcement.recipients.empty()) return;
  const MailSettings& settings = platform.settings().mail;
  if (settings.transport.empty()) {
    throw Error(ErrorKind::failed,
                "the administrators of the tenant cannot be notified: no mail transport is configured", template_hint);
  }
  const auto transport = open_transport(settings, interrupted);
  const Mailbox from = parse_mailbox(settings.from);
  int number = 0;
  for (const std::string& recipient : announcement.recipients) {
    const std::string id = platform.actor().run + "-" + std::to_string(++number);
    const std::string text =
        message_text({.from = from,
                      .to = {.name = {}, .address = recipient},
                      .id = id,
                      .date = announcement.date,
                      .subject = "Support access to " + announcement.organization,
                      .text = announcement_text(platform.actor(), announcement.organization, writes)});
    const SendResult sent = transport->send({.id = id, .from = from.address, .to = recipient, .text = text});
    if (sent.what == SendResult::What::sent) continue;
    throw Error(ErrorKind::connection, "the administrators of the tenant cannot be notified: " + sent.detail,
                template_hint);
  }
}

}  // namespace acctl
