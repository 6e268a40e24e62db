#include "provisioning/access/invitation_renewal.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "provisioning/access/invitation_renewal.sql.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t renewal_batch = 4'000;

// A user who has not signed up, and the invitation that waits for an answer; "" for none.
struct WaitingGuest {
  std::string email;
  std::string invitation;
};

std::vector<WaitingGuest> require_pending(Transaction& transaction, const std::vector<std::string>& emails) {
  std::vector<WaitingGuest> pending;
  for (const Row row : transaction.query(sql::pending_invitations, {text_array(emails)})) {
    const std::string email = row.text(0);
    if (row.is_null(1)) {
      throw Error(ErrorKind::invalid, "there is no user " + email, "Invite the user with 'acctl user invite'.");
    }
    if (const std::string status = row.text(1); status != "invited") {
      throw Error(ErrorKind::conflict, email + " is " + status + " and needs no invitation",
                  status == "suspended" ? "Reactivate the user with 'acctl user reactivate'." : "");
    }
    pending.push_back({email, row.is_null(2) ? "" : row.text(2)});
  }
  return pending;
}

void renew(Transaction& transaction, std::span<const WaitingGuest> guests, const InvitationTerms& terms,
           const std::string& tenant, const std::string& run, std::vector<Invited::Person>& renewed) {
  InvitationColumns all;
  std::map<std::string, std::string, std::less<>> links;
  for (const WaitingGuest& guest : guests) {
    const Secret token = all.add(terms.key, tenant, guest.email, guest.invitation);
    links[guest.email] = terms.links ? terms.link_base + token.reveal() : "";
  }
  for (const Row row : transaction.query(sql::renew_invitations,
                                         {all.emails, all.ids, all.nonces, all.hashes, terms.lifetime_ms, run})) {
    const auto link = links.find(row.view(0));
    if (link != links.end()) renewed.push_back({link->first, link->second});
  }
}

}  // namespace

std::size_t count_waiting(Connection& tenant, Waiting who) {
  return static_cast<std::size_t>(tenant.query(sql::invited_people, {who == Waiting::invited}).size());
}

std::vector<Invited::Person> resend(const ExclusiveRun& run, const ResendTo& to, const InvitationTerms& terms) {
  std::vector<Invited::Person> renewed;
  const auto work = [&](Transaction& transaction) {
    renewed.clear();
    const std::vector<std::string> emails =
        to.who == Waiting::named ? to.emails
                                 : transaction.query(sql::invited_people, {to.who == Waiting::invited}).texts();
    if (emails.empty()) return false;
    if (!run.record.as.empty()) {
      // A user who could change the name could send the message as well.
      std::vector<Change> changes;
      for (const std::string& email : emails) {
        changes.push_back({.action = Action::change, .kind = "users", .key = email});
      }
      require_rights(run.tenant, run.identity, run.record, changes);
    }
    const std::vector<WaitingGuest> guests = require_pending(transaction, emails);
    RunRecord told = run.record;
    told.message = "new invitation" + std::string(emails.size() == 1 ? "" : "s") + " for " + enumerated(emails, 10);
    record_run(transaction, told, {});
    for (std::size_t first = 0; first < guests.size(); first += renewal_batch) {
      const auto from = guests.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = guests.begin() + static_cast<std::ptrdiff_t>(std::min(guests.size(), first + renewal_batch));
      renew(transaction, std::span(from, end), terms, run.identity.id, told.run, renewed);
    }
    return true;
  };
  exclusive_transaction(run, work);
  return renewed;
}

}  // namespace acctl
