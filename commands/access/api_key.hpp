// The verbs of `api-key`, and what they share.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/session.hpp"
#include "provisioning/access/api_keys.hpp"
#include "provisioning/plan/executor.hpp"
#include "provisioning/tenants/session.hpp"
#include "provisioning/tenants/tenant.hpp"

namespace acctl {

Command api_key_list_command();
Command api_key_create_command();
Command api_key_revoke_command();

// Throws Error(refused) if the user of --as may not create keys of `owner`, or revoke the one that `maker` made. A key
// can do whatever its user can, so that only admins dispose of the keys of others.
void require_key_disposal(TenantSession& database, const Tenant& tenant, const RunRecord& record, const KeyOwner& owner,
                          const std::string& maker);

// The command that revokes such a key; `where`: " -t acme", "" for the tenants of an enterprise.
std::string words_to_revoke(const NewApiKey& key, const std::string& where);

// Shows a key that was just created, as `record`, and says that it is shown only once. One that cannot be shown is
// nobody's: `revoke` ends it, as a run of its own, and the error says so; or names `revoke_words`, the command that
// does it, where that fails as well.
void show_new_key(Session& session, RecordWriter& out, const nlohmann::ordered_json& record,
                  const std::string& revoke_words, const std::function<void(const RunRecord& run)>& revoke);

// Rolled back in a dry run.
Ending key_ending(const Session& session);

// The key itself is not part of it.
nlohmann::ordered_json api_key_record(const ApiKey& key, const Tenant& tenant);

}  // namespace acctl
