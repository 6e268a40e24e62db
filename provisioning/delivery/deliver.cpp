// Delivers the messages of one tenant: reads rows, renders them, hands them to the transport and marks the outcome.
#include <map>

#include "provisioning/access/tokens.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/delivery/deliver.sql.hpp"
#include "provisioning/delivery/message.hpp"
#include "provisioning/delivery/outbox.hpp"
#include "provisioning/model/field_formats.hpp"
#include "provisioning/model/names.hpp"
#include "provisioning/model/placeholders.hpp"

namespace acctl {

namespace {

using Clock = std::chrono::steady_clock;

// What is sent and not yet marked is sent again after a crash: a few at most, and for no longer than this.
constexpr int marked_at_once = 25;  // as due_mails has it, too
constexpr std::chrono::seconds marked_after{1};

constexpr std::size_t longest_message = 1 << 20;

struct Text {
  std::string subject;
  std::string text;
  std::string html;
};

// Used if a tenant has deleted its own template: invitations must still be sent.
const std::map<std::string, Text>& fallback_texts() {
  static const std::map<std::string, Text> texts = {
      {"invitation",
       {"You are invited to {{organization}}",
        "Hello {{name}},\n\n{{inviter}} has invited you to {{organization}}.\n\nAccept the invitation:\n{{link}}\n\n"
        "The link can be used once and expires on {{expires}}.\n",
        ""}},
      {"invitation-resent",
       {"Your new invitation to {{organization}}",
        "Hello {{name}},\n\nhere is a new link to join {{organization}}; the earlier one no longer "
        "works.\n\n{{link}}\n\n"
        "The link can be used once and expires on {{expires}}.\n",
        ""}},
      {"deactivated",
       {"Your access to {{organization}} has ended",
        "Hello {{name}},\n\nyour account at {{organization}} has been deactivated, and you can no longer sign in.\n",
        ""}},
      {"reactivated",
       {"Welcome back to {{organization}}",
        "Hello {{name}},\n\nyour account at {{organization}} is active again. Sign in:\n{{link}}\n", ""}}};
  return texts;
}

// What became of the messages of a batch.
class Outcomes {
 public:
  explicit Outcomes(Delivery& delivery) : delivery_(delivery) {}

  void add(std::string_view id, const std::string& outcome, const std::string& why) {
    ids_.add(id);
    outcomes_.add(outcome);
    reasons_.add_filled(why);
    if (outcome == "sent") ++delivery_.sent;
    if (outcome == "deferred") ++delivery_.deferred;
    if (outcome == "failed") ++delivery_.failed;
    if (outcome == "canceled") ++delivery_.canceled;
    if (!why.empty() && outcome != "canceled") delivery_.trouble = why;
  }

  void settle(Transaction& transaction) const {
    if (ids_.empty()) return;
    transaction.query(sql::settle_mails, {ids_, outcomes_, reasons_});
  }

 private:
  Delivery& delivery_;
  TextArray ids_, outcomes_, reasons_;
};

class MailWriter {
 public:
  MailWriter(Connection& tenant, const Tenant& whose, const MailContext& courier)
      : whose_(whose), courier_(courier), from_(parse_mailbox(courier.platform.settings().mail.from)) {
    texts_ = fallback_texts();
    organization_ = whose.slug;
    const Rows rows = tenant.query(sql::mail_templates);
    for (const Row row : rows) {
      if (row.text(0).empty()) {
        if (!row.text(1).empty()) organization_ = row.text(1);
      } else {
        texts_[row.text(0)] = {row.text(1), row.text(2), row.text(3)};
      }
    }
  }

  // Throws Error for a template that cannot be filled, and for a link that cannot be made.
  std::string write(const Row& row) const {
    const std::string purpose = row.text(1);
    const Text& words = texts_.at(purpose == "resend" ? "invitation-resent" : purpose);
    const std::string recipient = row.text(2);
    const std::string name = row.text(3);
    const std::string inviter = row.text(9);
    std::map<std::string, std::string> values = {{"name", name.empty() ? recipient : name},
                                                 {"email", recipient},
                                                 {"organization", organization_},
                                                 {"link", make_link(row)}};
    if (!row.is_null(5)) {
      values["expires"] = row.text(8);
      values["inviter"] = inviter.empty() ? "An administrator of " + organization_ : inviter;
    }
    const auto safe = [](const std::string& value) { return html_escaped(value); };
    std::string message = message_text({.from = from_,
                                        .to = {name, recipient},
                                        .id = row.text(0),
                                        .date = row.text(4),
                                        .subject = filled(words.subject, values),
                                        .text = filled(words.text, values),
                                        .html = filled(words.html, values, safe)});
    if (message.size() > longest_message) throw Error(ErrorKind::invalid, "it is longer than 1 MiB");
    return message;
  }

  const std::string& sender() const { return from_.address; }

 private:
  std::string make_link(const Row& row) const {
    const PlatformSettings& settings = courier_.platform.settings();
    if (row.is_null(5)) return "https://" + whose_.host(settings.base_domain) + "/";
    const InvitationFacts facts{
        .tenant = whose_.id, .id = row.text(5), .nonce = row.text(6), .email = normal_key(KeyForm::email, row.text(2))};
    const Secret token = invitation_token(courier_.key, facts);
    if (token_hash(token.reveal()) != row.view(7)) {
      throw Error(ErrorKind::conflict, "the link cannot be derived again; 'acctl user resend' creates a new one");
    }
    return make_link_base(settings.mail, whose_.slug, whose_.host(settings.base_domain)) + token.reveal();
  }

  const Tenant& whose_;
  const MailContext& courier_;
  Mailbox from_;
  std::map<std::string, Text> texts_;
  std::string organization_;
};

std::string to_string(SendResult::What what) {
  if (what == SendResult::What::sent) return "sent";
  return what == SendResult::What::failed ? "failed" : "deferred";
}

bool is_over(const DeliveryLimits& limits) {
  return (limits.deadline && Clock::now() >= *limits.deadline) ||
         (limits.interrupted != nullptr && (*limits.interrupted)());
}

void deliver_one(const Row& row, const MailWriter& writer, const MailContext& courier, const DeliveryLimits& limits,
                 Delivery& delivery, Outcomes& outcomes) {
  const std::string_view id = row.view(0);
  if (!row.is_null(10)) return outcomes.add(id, "canceled", row.text(10));
  const std::string recipient = row.text(2);
  std::string text;
  try {
    check_email("the recipient", recipient);
    text = writer.write(row);
  } catch (const Error& error) {
    return outcomes.add(id, "failed", "the message cannot be rendered: " + std::string(error.what()));
  }
  const SendResult handover = courier.transport.send(
      {.id = std::string(id), .from = writer.sender(), .to = recipient, .text = std::move(text)});
  delivery.down = handover.what == SendResult::What::down;
  if (delivery.down && limits.interrupted != nullptr && (*limits.interrupted)()) {
    // Nobody has answered: the row stays as it is, and is due when the same command runs again.
    delivery.trouble = handover.detail;
    return;
  }
  outcomes.add(id, to_string(handover.what), handover.detail);
  delivery.broken = handover.what == SendResult::What::broken;
}

// The rollback to the savepoint releases all locks of the reading on rows and tables: neither suspending a user nor a
// migration waits for a mail server.
Rows read_due(Transaction& transaction, const Param& run) {
  transaction.query(sql::begin_reading);
  const Rows rows = transaction.query(sql::due_mails, {run});
  transaction.query(sql::forget_reading);
  return rows;
}

// Reads, sends and marks what fits into one transaction. Whether there may be more for us to do.
bool deliver_batch(Connection& tenant, const MailWriter& writer, const MailContext& courier,
                   const DeliveryLimits& limits, const Param& run, Delivery& delivery) {
  Transaction transaction(tenant);
  delivery.busy = transaction.query(sql::lock_outbox).empty();
  if (delivery.busy) return false;
  const Rows rows = read_due(transaction, run);
  const Clock::time_point begin = Clock::now();
  Outcomes outcomes(delivery);
  int row = 0;
  while (row < rows.size() && !is_over(limits) && Clock::now() - begin < marked_after) {
    deliver_one(rows.at(row++), writer, courier, limits, delivery, outcomes);
    if (delivery.down || delivery.broken) break;
  }
  outcomes.settle(transaction);
  transaction.commit();
  const bool all = row == rows.size() && rows.size() < marked_at_once;
  return !all && !delivery.down && !delivery.broken && !is_over(limits);
}

}  // namespace

std::int64_t count_queued_mails(Connection& tenant) {
  return tenant.query(sql::mails_waiting, {Param(std::nullopt)}).integer(0, 0);
}

std::int64_t count_due_mails(Connection& tenant) {
  return tenant.query(sql::mails_due, {Param(std::nullopt)}).integer(0, 0);
}

Delivery deliver_mails(Connection& tenant, const Tenant& whose, const MailContext& courier,
                       const DeliveryLimits& limits) {
  Delivery delivery;
  const Param run = null_if_empty(limits.run);
  if (const std::int64_t due = tenant.query(sql::mails_due, {run}).integer(0, 0); due > 0) {
    // DeliveryLimits::interrupted is checked between two messages instead.
    tenant.ignore_interrupts();
    const MailWriter writer(tenant, whose, courier);
    delivery.more = true;
    Step sending("sending", static_cast<std::size_t>(due), "messages");
    for (std::int64_t before = 0; delivery.more && (limits.most == 0 || before < limits.most);) {
      delivery.more = deliver_batch(tenant, writer, courier, limits, run, delivery);
      sending.advance(static_cast<std::size_t>(delivery.handled() - std::exchange(before, delivery.handled())));
    }
  }
  delivery.waiting = tenant.query(sql::mails_waiting, {run}).integer(0, 0);
  return delivery;
}

}  // namespace acctl
