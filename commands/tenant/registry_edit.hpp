// The verbs that change what the registry says of tenants (edit, set-plan, label, apply) show what would change, prompt
// where something is taken away, and write.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/consent.hpp"
#include "provisioning/fleet/registry_edits.hpp"

namespace acctl {

// [SLUG...], which may be left out where tenants are selected otherwise.
Argument edited_tenants(std::vector<std::string>& target);

// The tenants that the arguments name, else those of --tenant, --match and --all; deleted ones are none of them. Throws
// Error(invalid) where none are selected, or one that is not there.
std::vector<Tenant> select_edited(Session& session, Platform& platform, const std::vector<std::string>& slugs);

// The platform; what select_edited() asks of it is answered in the same round trip.
Platform open_for_edited(Session& session, const std::vector<std::string>& slugs);

// Options of the session for edits whose audit entries are called `action`.
RegistryEditOptions edit_options(Session& session, const std::string& action);

// What a command does beside the edits.
struct RegistryHooks {
  std::function<void(FleetReport& report)> amend = nullptr;  // adds it to what is shown, before and afterwards
  std::function<void()> perform = nullptr;                   // does it, when the edits are written; not in a dry run
};

// Plans `edits`, shows the plan, prompts if `source` or what is taken away asks for it, writes and shows the outcome.
// `verb` is that of the prompt: "set-plan". Failures are thrown last.
void run_registry_edits(Session& session, RegistryEdits& edits, const std::string& verb, AskedBy source,
                        const RegistryHooks& hooks = {});

// The whole of it for one patch that all tenants get.
struct EditedRegistry {
  std::string verb;  // "set-plan"
  std::vector<std::string> slugs;
  SettingsPatch patch;
  bool may_be_empty = false;  // the patch: something else was asked, which adapt() answers
  // What is special of one tenant.
  std::function<void(Platform& platform, const Tenant& tenant, SettingsPatch& patch)> adapt = nullptr;
  std::function<void(RegistryEditOptions& options)> more = nullptr;
};
void edit_registry(Session& session, const EditedRegistry& edited);

}  // namespace acctl
