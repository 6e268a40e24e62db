// The verbs that the nouns over one kind of object share: role, role-template and team list, show, create, edit and
// delete. What they read, which options they take and what values these have follows from the table of kinds.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/record_sink.hpp"

namespace acctl {

// A field that the command line can set, by the option --FIELD. Its form, choices and default are those of the kind.
struct FieldOption {
  std::string_view field;
  std::string_view help;
  std::string_view unset = {};  // what it means to have no value: "no limit"; `edit` then takes --no-FIELD
  bool only_new = false;        // cannot be changed later
};

// A noun over a kind: what the table of kinds does not know.
struct ObjectNoun {
  std::string_view name;      // as typed: "role-template"
  std::string_view kind;      // "role_templates"
  std::string_view argument;  // what the help calls a key: "TEMPLATE"
  std::span<const FieldOption> fields;
  // Whom a deletion concerns: they are read, so that the plan shows what becomes of them.
  std::set<std::string> Scope::* concerned;
  void (*remove)(State& state, const std::vector<std::string>& keys, const std::string& reassign_to, Notes& notes);
  // The objects of a tenant as JSON: only `key`, or all for "".
  std::vector<nlohmann::ordered_json> (*read)(Platform& platform, const Tenant& tenant, TenantSession& database,
                                              const std::string& key);
  std::string_view reassign_help = {};  // of --reassign-to; "" if there is no such option
};

// What `show` adds to a record of `key`.
using AddDetails = void (*)(const Session& session, TenantSession& database, const std::string& key,
                            nlohmann::ordered_json& record);

// A verb that gives an object to users, or takes it from them.
struct MemberVerb {
  const char* name;  // "assign"
  void (*change)(State& state, const std::string& key, const std::vector<std::string>& emails,
                 const SuggestUsers& near);
  Reach reach = Reach::active;  // of a verb that only takes away: suspended tenants, too
};

struct ListObjects;
struct ShowObject;
struct CreateObject;
struct EditObject;
struct DeleteObjects;
struct EditMembers;

// The verbs with their arguments and options; descriptions and examples are the noun's to add. What they refer to lives
// as long as the program.
CommandBuilder<ListObjects> declare_list(const ObjectNoun& noun, std::string summary, std::vector<Column> columns);
CommandBuilder<ShowObject> declare_show(const ObjectNoun& noun, std::string summary, std::vector<Column> columns,
                                        AddDetails add_details);
CommandBuilder<CreateObject> declare_create(const ObjectNoun& noun, std::string summary);
CommandBuilder<EditObject> declare_edit(const ObjectNoun& noun, std::string summary);
CommandBuilder<DeleteObjects> declare_delete(const ObjectNoun& noun, std::string summary);
CommandBuilder<EditMembers> declare_member_edit(const ObjectNoun& noun, const MemberVerb& verb, std::string summary);

// What an edit of objects of a kind has to read: with permissions also their catalogue.
Scope object_scope(std::string_view kind);

// Runs an edit of what the users `direct.people` hold; they are read.
int run_user_edit(Session& session, const EditOptions& options, DirectEdit direct);

// Writes what `add` finds in each tenant that the session names, or says that no `nouns` match. `check` may refuse the
// command when all of them are read.
using AddRecords =
    std::function<void(RecordSink& out, Platform& platform, const Tenant& tenant, TenantSession& database)>;
void list_records(Session& session, const std::vector<std::string>& exclude, std::vector<Column> columns,
                  const std::string& nouns, const AddRecords& add, const std::function<void()>& check = nullptr);

// Writes all objects of the noun in each tenant that the session names.
void list_objects(Session& session, const ObjectNoun& noun, const std::vector<std::string>& exclude,
                  std::vector<Column> columns);

}  // namespace acctl
