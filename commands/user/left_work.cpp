#include "commands/user/left_work.hpp"

#include <algorithm>

#include "commands/shared/imperative.hpp"

namespace acctl {

LeftWork::LeftWork(Session& session, std::vector<std::string> leavers, std::string heir)
    : session_(session),
      leavers_(std::move(leavers)),
      heir_(std::move(heir)),
      heirs_(heir_.empty() ? std::vector<std::string>() : std::vector<std::string>{heir_}) {
  if (std::ranges::find(leavers_, heir_) == leavers_.end()) return;
  throw Error(ErrorKind::invalid, "--reassign-to names " + heir_ + ", who is to be deactivated",
              "Give a user who stays.");
}

void LeftWork::look(Edit& edit, const Tenant& tenant, TenantSession& database) {
  std::vector<std::string> emails = leavers_;
  if (!heir_.empty()) {
    heirs_.look(database, tenant.slug);
    emails.push_back(heir_);
  }
  Found found{.users = {}, .successor = {.email = heir_}};
  std::vector<std::string> working;
  for (Remains& user : remains_of_users(database, emails)) {
    if (user.email == heir_) {
      found.successor.is_active = user.status == "active";
    } else if (user.has_work()) {
      working.push_back(user.email);
      found.users.push_back(std::move(user));
    }
  }
  if (found.successor.is_active && !working.empty()) {
    // Somebody may be suspended already, and still have work.
    edit.also_alone = true;
    edit.also = [working, heir = heir_](Transaction& transaction, const Plan&, Ending) {
      reassign_open_work(transaction, working, heir);
    };
  }
  const std::lock_guard lock(mutex_);
  found_[tenant.slug] = std::move(found);
}

void LeftWork::report(FleetPlan& fleet) {
  heirs_.require();
  nlohmann::ordered_json records = nlohmann::ordered_json::array();
  OffboardRemarks remarks(session_.terminal());
  for (const auto& [slug, found] : found_) {
    const bool handed_over = found.successor.is_active;
    if (!heir_.empty() && !handed_over && !names_several(session_)) {
      throw Error(ErrorKind::invalid, "--reassign-to: " + heir_ + " is not an active user of tenant " + slug,
                  "Give a user who can sign in there.");
    }
    for (const Remains& user : found.users) {
      report_open_work(remarks, slug, user, found.successor);
      records.push_back({{"tenant", slug},
                         {"email", user.email},
                         {"tickets", user.tickets},
                         {"items", user.items},
                         {"reassigned_to", or_null(handed_over ? heir_ : "")}});
    }
  }
  if (!records.empty()) fleet.attach("open_work", std::move(records));
}

}  // namespace acctl
