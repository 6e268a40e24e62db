// The verbs that the nouns over one kind of object share: role, role-template and team list, show, create, edit and
// delete. What they read, which options they take and what values these have follows from the table of kinds.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/builder.hpp"
#include "commands/shared/imperative.hpp"

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
  std::vector<nlohmann::ordered_json> (*read)(Platform& platform, const Tenant& tenant, Connection& database,
                                              const std::string& key);
  std::string_view reassign_help = {};  // of --reassign-to; "" if there is no such option
};

// A Column as a constant.
struct RecordColumn {
  const char* header;
  const char* pointer;
};

// What `show` adds to a record of `key`.
using AddDetails = void (*)(const Session& session, Connection& database, const std::string& key,
                            nlohmann::ordered_json& record);

// A verb that gives an object to users, or takes it from them.
struct MemberVerb {
  const char* name;  // "assign"
  void (*change)(State& state, const std::string& key, const std::vector<std::string>& emails,
                 const SuggestUsers& near);
  bool skip_absent = false;  // over several tenants: skip users whom one of them does not have
};

// Values of the options of fields, by Field::name. A map, because options point into it.
struct FieldValues {
  std::map<std::string, std::string> texts;  // also choices, and "yes" or "no"
  std::map<std::string, std::optional<std::int64_t>> numbers;
  std::map<std::string, bool> unset;
};

struct ListObjects {
  std::vector<std::string> exclude;
};

struct ShowObject {
  std::string key;
};

struct CreateObject {
  EditOptions edit;
  std::string key;
  FieldValues fields;
  std::vector<std::string> permissions;
};

struct EditObject {
  EditOptions edit;
  std::string key;
  FieldValues fields;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

struct DeleteObjects {
  EditOptions edit;
  std::vector<std::string> keys;
  std::string reassign_to;
};

struct EditMembers {
  EditOptions edit;
  std::string key;
  std::vector<std::string> emails;
};

int run_object_list(Session& session, const ObjectNoun& noun, const std::vector<std::string>& exclude,
                    std::span<const RecordColumn> columns);
int run_object_show(Session& session, const ObjectNoun& noun, const std::string& key,
                    std::span<const RecordColumn> columns, AddDetails add_details);
int run_object_create(Session& session, const ObjectNoun& noun, const CreateObject& options);
int run_object_edit(Session& session, const ObjectNoun& noun, const EditObject& options);
int run_object_delete(Session& session, const ObjectNoun& noun, const DeleteObjects& options);

int run_member_edit(Session& session, const ObjectNoun& noun, const MemberVerb& verb, const EditMembers& options);

// Arguments and options of these verbs; what they are for and examples are the noun's to add.
CommandBuilder<ListObjects> declare_list(std::string summary, int (*run)(Session&, const ListObjects&));
CommandBuilder<ShowObject> declare_show(const ObjectNoun& noun, std::string summary,
                                        int (*run)(Session&, const ShowObject&));
CommandBuilder<CreateObject> declare_create(const ObjectNoun& noun, std::string summary,
                                            int (*run)(Session&, const CreateObject&));
CommandBuilder<EditObject> declare_edit(const ObjectNoun& noun, std::string summary,
                                        int (*run)(Session&, const EditObject&));
CommandBuilder<DeleteObjects> declare_delete(const ObjectNoun& noun, std::string summary,
                                             int (*run)(Session&, const DeleteObjects&));

CommandBuilder<EditMembers> declare_member_edit(const ObjectNoun& noun, const MemberVerb& verb, std::string summary,
                                                int (*run)(Session&, const EditMembers&));

template <const ObjectNoun& noun, const auto& columns>
CommandBuilder<ListObjects> declare_list(std::string summary) {
  return declare_list(std::move(summary), [](Session& session, const ListObjects& options) {
    return run_object_list(session, noun, options.exclude, columns);
  });
}

template <const ObjectNoun& noun, const auto& columns, AddDetails add_details>
CommandBuilder<ShowObject> declare_show(std::string summary) {
  return declare_show(noun, std::move(summary), [](Session& session, const ShowObject& options) {
    return run_object_show(session, noun, options.key, columns, add_details);
  });
}

template <const ObjectNoun& noun>
CommandBuilder<CreateObject> declare_create(std::string summary) {
  return declare_create(noun, std::move(summary), [](Session& session, const CreateObject& options) {
    return run_object_create(session, noun, options);
  });
}

template <const ObjectNoun& noun>
CommandBuilder<EditObject> declare_edit(std::string summary) {
  return declare_edit(noun, std::move(summary), [](Session& session, const EditObject& options) {
    return run_object_edit(session, noun, options);
  });
}

template <const ObjectNoun& noun>
CommandBuilder<DeleteObjects> declare_delete(std::string summary) {
  return declare_delete(noun, std::move(summary), [](Session& session, const DeleteObjects& options) {
    return run_object_delete(session, noun, options);
  });
}

template <const ObjectNoun& noun, const MemberVerb& verb>
CommandBuilder<EditMembers> declare_member_edit(std::string summary) {
  return declare_member_edit(noun, verb, std::move(summary), [](Session& session, const EditMembers& options) {
    return run_member_edit(session, noun, verb, options);
  });
}

// What an edit of objects of a kind has to read: with permissions also their catalogue.
Scope object_scope(std::string_view kind);

// Runs an edit of what the users `direct.people` hold; they are read.
int run_user_edit(Session& session, const EditOptions& options, DirectEdit direct);

// Writes what `add` finds in each tenant that the session names.
using AddRecords =
    std::function<void(RecordWriter& out, Platform& platform, const Tenant& tenant, Connection& database)>;
int list_records(Session& session, const std::vector<std::string>& exclude, std::vector<Column> columns,
                 const AddRecords& add);

}  // namespace acctl
