#include "commands/access/api_key.hpp"

#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/output.hpp"
#include "commands/commands.hpp"
#include "commands/shared/execute_plan.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/access/impersonation.hpp"
#include "provisioning/base/encoding.hpp"
#include "provisioning/base/random.hpp"

namespace acctl {

void require_key_disposal(TenantSession& database, const Tenant& tenant, const RunRecord& record, const KeyOwner& owner,
                          const std::string& maker) {
  if (record.as.empty()) return;
  if (!owner.is_user()) {
    const bool own = maker == record.as;
    require_right(database, record.as, own ? Right::manage_people : Right::everything,
                  "create or revoke API keys of the organization");
    return;
  }
  if (record.as == owner.key) return;
  require_right(database, record.as, Right::everything, "create or revoke the API keys of others");
  require_rights(database, make_identity(tenant), record,
                 {{.action = Action::change, .kind = "users", .key = owner.key}});
}

std::string words_to_revoke(const NewApiKey& key, const std::string& where) {
  return "acctl api-key revoke " + shell_quoted(to_string(key.owner)) + " " + shell_quoted(key.name) + where;
}

void show_new_key(Session& session, RecordWriter& out, const nlohmann::ordered_json& record,
                  const std::string& revoke_words, const std::function<void(const RunRecord& run)>& revoke) {
  const bool dry = session.settings().dry_run;
  try {
    out.add(record);
    out.finish();
    if (has_lost_reader()) throw Error(ErrorKind::failed, "nobody reads standard output");
  } catch (const Error& unshown) {
    if (dry) throw;
    const std::string why = std::string("the key could not be shown (") + unshown.what() + ")";
    RunRecord run = make_run_record(session, "api-key revoke", "", {});
    run.run = hex(random_bytes(6));  // the key's entry in the ledger has the id of this one
    run.reason = "the key could not be shown";
    try {
      revoke(run);
    } catch (const Error& lasting) {
      throw Error(unshown.kind(), why + " and is still valid: " + lasting.what(), "Revoke it: " + revoke_words);
    }
    throw Error(unshown.kind(), why + " and was revoked", "Create it again where its output can be written.");
  }
  session.terminal().info(dry ? "dry run: the key would be created; nothing was done"
                              : "the key is shown only once; store it where the program that uses it can read it");
}

Ending key_ending(const Session& session) { return session.settings().dry_run ? Ending::roll_back : Ending::commit; }

Command api_key_command() {
  return command_group("api-key", "manage API keys",
                       R"(
An API key lets a program do what its user is allowed to do, or less: what a role or permissions of its own say. A key
of the organization or of its enterprise has no user, so it always has a role or permissions of its own. No key can do
more than its user and the user who made it can do at that moment; a change of their roles takes effect the next time
the key is used. A key ends when its user, or the user who made it, is suspended or deleted.)",
                       {api_key_list_command, api_key_create_command, api_key_revoke_command});
}

nlohmann::ordered_json api_key_record(const ApiKey& key, const Tenant& tenant) {
  return {{"prefix", key.prefix},
          {"email", or_null(key.owner.is_user() ? key.owner.key : "")},
          {"owner", word_for(key.owner.kind)},
          {"name", key.name},
          {"status", key.status},
          {"role", or_null(key.role)},
          {"permissions", key.permissions},
          {"created_by", or_null(key.created_by)},
          {"created_at", or_null(key.created_at)},
          {"expires_at", or_null(key.expires_at)},
          {"last_used_at", or_null(key.last_used_at)},
          {"revoked_at", or_null(key.revoked_at)},
          {"tenant", tenant.slug}};
}

}  // namespace acctl
