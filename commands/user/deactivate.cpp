#include <algorithm>
#include <mutex>

#include "cli/builder.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/user/offboard_report.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/offboarding.hpp"
#include "provisioning/access/user_edits.hpp"

namespace acctl {

namespace {

// The open tickets and items of users who are deactivated: named, and handed to somebody else.
class LeftWork {
 public:
  // `heir` is "" if work stays where it is. Throws Error(invalid) if the heir is one of the leavers.
  LeftWork(Session& session, std::vector<std::string> leavers, std::string heir)
      : session_(session),
        leavers_(std::move(leavers)),
        heir_(std::move(heir)),
        heirs_(heir_.empty() ? std::vector<std::string>() : std::vector<std::string>{heir_}) {
    if (std::ranges::find(leavers_, heir_) == leavers_.end()) return;
    throw Error(ErrorKind::invalid, "--reassign-to names " + heir_ + ", who is to be deactivated",
                "Give a user who stays.");
  }

  // Looks at one tenant, and lets `edit` hand its work over where the heir is active. Called by several threads.
  void look(Edit& edit, const Tenant& tenant, TenantSession& database) {
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

  // Names the work, at the terminal and in the report of `fleet`. Throws Error(invalid) if no tenant has the heir, or
  // if the only one has them as a user who is not active.
  void report(FleetPlan& fleet) {
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

 private:
  struct Found {
    std::vector<Remains> users;  // with open work
    Successor successor;
  };

  Session& session_;
  const std::vector<std::string> leavers_;
  const std::string heir_;
  NamedPeople heirs_;
  std::mutex mutex_;
  std::map<std::string, Found> found_;  // by tenant
};

struct DeactivateUsers {
  EditOptions edit;
  std::vector<std::string> emails;
  std::string reassign_to;
};

int run(Session& session, const DeactivateUsers& options) {
  const std::vector<std::string> emails = parse_emails(options.emails);
  LeftWork work(session, emails, options.reassign_to.empty() ? "" : parse_emails({options.reassign_to}).front());
  const auto change = [](State& state, const EditContext& context) {
    deactivate_users(state, context.people, context.near, context.notes);
  };
  return run_direct_edit(
      session, options.edit,
      {.command = "user deactivate",
       .scope = user_scope(emails),
       .change = change,
       .extend = [&](Edit& edit, const Tenant& tenant, TenantSession& database) { work.look(edit, tenant, database); },
       .planned = [&](FleetPlan& fleet) { work.report(fleet); },
       .people = emails,
       .reach = Reach::suspended_too,
       .ends_access = true});
}

}  // namespace

Command user_deactivate_command() {
  return command<DeactivateUsers>("deactivate", "suspend users: they cannot sign in, their history is kept", run)
      .describe(R"(
Suspends users, also in suspended tenants. Their sessions, API keys and pending invitations end immediately; their
content, roles and seats are kept. Enterprise grants end when the user is suspended in all tenants of the enterprise.
Open tickets and items that are assigned to them are listed, or assigned to another user.

With --all there is one plan for all tenants; a tenant in which the user is the last admin is reported and skipped (exit
6). In a tenant that is held for deletion, the user is suspended when the tenant is resumed.)")
      .argument("EMAIL...", "users to suspend", &DeactivateUsers::emails)
      .option("--reassign-to EMAIL", "assign open tickets and items to this user, in tenants where the user is active",
              &DeactivateUsers::reassign_to)
      .with(direct_edit_options, &DeactivateUsers::edit)
      .example("acctl user deactivate ana@acme.example -t acme", "Show which access the user loses and prompt.")
      .example("acctl user deactivate ana@acme.example --reassign-to ben@acme.example -t acme", "Hand over open work.")
      .example("acctl user deactivate ana@acme.example --all --yes", "Suspend the user in every tenant.")
      .formats(report_formats());
}

}  // namespace acctl
