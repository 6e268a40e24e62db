// Commands that edit what they name on the command line, and not by definitions; and those that look at the same.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/access/edit_messages.hpp"
#include "provisioning/access/object_edits.hpp"
#include "provisioning/access/roles.hpp"
#include "provisioning/access/user_lookup.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

// What an edit is given beside the state.
struct EditContext {
  const Tenant& tenant;
  TenantSession& database;  // for what a state does not tell
  SuggestUsers near;        // of this tenant's users
  Notes& notes;
  Renames& renames;
  // Of DirectEdit::people those whom the edit is about in this tenant.
  const std::vector<std::string>& people;
};

struct DirectEdit {
  std::string command;  // as the ledger names it: "role grant"
  Scope scope;
  std::function<void(State& state, const EditContext& context)> change;
  // Adds to a tenant's edit what is no configuration (Edit::also). Called by several threads.
  std::function<void(Edit& edit, const Tenant& tenant, TenantSession& database)> extend = nullptr;
  // Called after all tenants are planned, before the prompt; may throw.
  std::function<void(FleetPlan& fleet)> planned = nullptr;
  // Called with the tenants that are selected, before any of them is planned; may throw.
  std::function<void(Platform& platform, const std::vector<Tenant>& tenants)> selected = nullptr;
  // Asks the platform what `change` has to know beside that.
  std::function<void(Platform& platform)> prepare = nullptr;
  // The users whom the command names. Who is one of no tenant was mistyped (exit 3); `instead` is an address that
  // counts as well. Over several tenants, those whom one does not have are passed over there, and a tenant that has
  // none of them is not changed. With `again` somebody whom an earlier run deleted is no mistake.
  std::vector<std::string> people = {};
  std::string instead = {};
  bool again = false;
  // What is confirmed: changes that a file asks for are many at once, and all of them are.
  Ask ask = Ask::where_taken_away;
  // Each removal is named by itself, so that only a cap that is given counts.
  bool named_removals = false;
  // It takes access away: in suspended tenants, too.
  Reach reach = Reach::active;
  // It is recorded for tenants that are held for deletion or not finished, before they let anybody in: who names all
  // tenants, or some by a condition, means those.
  bool ends_access = false;
  // Whoever was to be suspended in such tenants no longer is.
  bool begins_access = false;
};

// Executes it in the tenants that the session names, and prompts only if something is taken away.
int run_direct_edit(Session& session, const EditOptions& options, const DirectEdit& direct);

// --add-permission and --remove-permission, and what they ask for together.
std::vector<Option> permission_change_options(std::vector<std::string>& add, std::vector<std::string>& remove);
std::vector<PermissionWord> permission_changes(const std::vector<std::string>& add,
                                               const std::vector<std::string>& remove);

// Whether the session can mean several tenants.
bool names_several(const Session& session);

// Where an option is given, what it says of a field: '' takes the value away.
void add_if_given(const Session& session, const std::string& option, const std::string& value, GivenFields& fields,
                  const std::string& field);

// Error(invalid): a command that edits was not told what.
[[noreturn]] void throw_nothing_to_edit();

// Visits the tenants that the session names, suspended ones too, to look at people, roles or teams there; with --as
// only where that user may. Several are visited at the same time and show what they find in their order. `finish` ends
// what was written; then what failed in one of several is thrown. The session of the platform is one for all.
using Look =
    std::function<void(Platform& platform, const Tenant& tenant, TenantSession& database, const InOrder& in_order)>;
void visit_tenants(Session& session, const std::vector<std::string>& exclude, const Look& look,
                   const std::function<void()>& finish);

// The same for what must name the tenants that it lacks: "bert (could not be read)", "carl (deprovisioning)".
using Finish = std::function<void(const std::vector<std::string>& missing)>;
void visit_tenants(Session& session, const std::vector<std::string>& exclude, const Look& look, const Finish& finish);

// The same for the one tenant that the session names; throws Error(invalid) where there are several.
using VisitTenant = std::function<void(Platform& platform, const Tenant& tenant, TenantSession& database)>;
void visit_only_tenant(Session& session, const VisitTenant& visit);

// The same for a command that finds out by itself what --as allows.
void enter_only_tenant(Session& session, const VisitTenant& visit, Reach reach = Reach::active);

// What both of them require: throws Error(invalid) where the session may name several tenants.
void require_one_tenant(const Session& session);

// Error(invalid): there is no `noun` of that key among `all`, which have keys.
template <class Summaries>
[[noreturn]] void throw_unknown(const std::string& noun, const std::string& key, const Summaries& all) {
  std::vector<std::string> keys;
  for (const auto& summary : all) keys.push_back(summary.key);
  std::string command = noun;  // "role template" is listed by "role-template list"
  for (char& c : command) c = c == ' ' ? '-' : c;
  throw Error(ErrorKind::invalid, "there is no " + noun + " '" + abbreviated(key) + "'" + did_you_mean(key, keys),
              "'acctl " + command + " list' lists all of them.");
}

// As JSON has them, and as words where people read: "tickets.view:group", "ana@acme.example (suspended)".
nlohmann::ordered_json permission_records(const Session& session, const std::vector<HeldPermission>& permissions);
nlohmann::ordered_json member_records(const Session& session, const std::vector<Member>& members);

// null for "", as records have it.
nlohmann::ordered_json or_null(const std::string& text);

}  // namespace acctl
