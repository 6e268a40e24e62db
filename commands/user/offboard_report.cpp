#include "commands/user/offboard_report.hpp"

#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

std::string numbered(const std::string& noun, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return "";
  std::vector<std::string> words;
  for (const std::int64_t id : ids) words.push_back(std::to_string(id));
  return noun + (ids.size() == 1 ? " " : "s ") + enumerated(words, 10);
}

}  // namespace

nlohmann::ordered_json remains_record(const std::string& tenant, const Remains& user) {
  return {{"tenant", tenant},
          {"email", user.email},
          {"status", user.status},
          {"roles", user.roles},
          {"sessions", user.sessions},
          {"api_keys", user.api_keys},
          {"invitations", user.invitations},
          {"tickets", user.tickets},
          {"items", user.items}};
}

std::string open_work(const Remains& user) {
  const std::string tickets = numbered("ticket", user.tickets);
  const std::string items = numbered("item", user.items);
  return tickets + (tickets.empty() || items.empty() ? "" : " and ") + items;
}

void report_open_work(OffboardRemarks& remarks, const std::string& tenant, const Remains& user,
                      const Successor& successor) {
  const std::string work = "tenant " + tenant + ": " + open_work(user);
  const bool one = user.tickets.size() + user.items.size() == 1;
  const std::string stays = one ? " stays assigned to " : " stay assigned to ";
  if (successor.is_active) {
    remarks.notes.say(work + " will be assigned to " + successor.email);
  } else if (successor.email.empty()) {
    remarks.warnings.say(work + stays + user.email + "; use --reassign-to to assign " + (one ? "it" : "them") +
                         " to another user");
  } else {
    remarks.warnings.say(work + stays + user.email + ": " + successor.email + " is not an active user there");
  }
}

void report_remains(OffboardRemarks& remarks, const std::string& tenant, const Remains& user,
                    const Successor& successor) {
  if (user.is_gone() && !user.has_work()) return;
  const std::string words = user.words();
  remarks.notes.say("tenant " + tenant + ": " + user.email + " (" + user.status + ")" +
                    (words.empty() ? "" : " has " + words));
  if (user.has_work()) report_open_work(remarks, tenant, user, successor);
}

}  // namespace acctl
