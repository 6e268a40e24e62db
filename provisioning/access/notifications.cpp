#include "provisioning/access/notifications.hpp"

#include "provisioning/access/directory_addresses.hpp"
#include "provisioning/access/notifications.sql.hpp"
#include "provisioning/database/parts.hpp"

namespace acctl {

Notices collect_notices(const Plan& plan) {
  Notices notices;
  for (const Change& change : plan.changes) {
    if (change.kind != "users" || change.key.ends_with(released_domain)) continue;
    const auto status = change.fields.find("status");
    if (status == change.fields.end()) {
      if (change.action == Action::add) notices.guests.push_back(change.key);
      if (change.fields.contains("key")) notices.moved.push_back(change.key);
    } else if (status->second.after == "invited") {
      notices.guests.push_back(change.key);
    } else if (change.action == Action::change && status->second.after == "suspended") {
      notices.suspended.push_back(change.key);
    } else if (change.action == Action::change && status->second.before == "suspended") {
      notices.reactivated.push_back(change.key);
    }
  }
  return notices;
}

MessageCounts count_messages(const Plan& plan) {
  MessageCounts counts{.invitations = collect_notices(plan).guests.size()};
  for (const Change& change : plan.changes) {
    if (change.kind != "users" || change.action != Action::change || change.key.ends_with(released_domain)) continue;
    const auto status = change.fields.find("status");
    if (status == change.fields.end()) continue;
    const auto& [before, after] = status->second;
    // Who was active has signed up, and so has whoever becomes active again.
    const bool ends = before == "active" && after == "suspended";
    const bool returns = before == "suspended" && after == "active";
    counts.notifications += ends || returns ? 1 : 0;
  }
  return counts;
}

std::function<void(Transaction&, const Plan&, Ending)> queue_notifications(const Platform& platform,
                                                                           const std::string& tenant,
                                                                           const RunRecord& record) {
  return [&platform, tenant, record](Transaction& transaction, const Plan& plan, Ending ending) {
    const Notices notices = collect_notices(plan);
    std::vector<std::string> guests = notices.guests;
    guests.insert(guests.end(), notices.moved.begin(), notices.moved.end());
    if (!guests.empty()) {
      const Secret key = platform_key(platform, ending == Ending::roll_back ? Mode::rehearse : Mode::perform);
      in_parts(guests.begin(), guests.end(), [&](auto first, auto last) {
        const Statement invitations = invitations_for_added(tenant, {first, last}, key, record);
        transaction.query(invitations.sql.c_str(), invitations.parameters);
      });
    }
    TextArray emails;
    TextArray purposes;
    for (const std::string& email : notices.suspended) {
      emails.add(email);
      purposes.add("deactivated");
    }
    for (const std::string& email : notices.reactivated) {
      emails.add(email);
      purposes.add("reactivated");
    }
    if (!emails.empty()) {
      transaction.query(sql::queue_notices, {emails, purposes, record.run});
    }
  };
}

}  // namespace acctl
