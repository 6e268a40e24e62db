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
  std::string_view reassign_help = {};  // of --reassign-to; "" if there is no such option
};

// Values of the options of fields, by Field::name. A map, because options point into it.
struct FieldValues {
  std::map<std::string, std::string> texts;  // also choices, and "yes" or "no"
  std::map<std::string, std::optional<std::int64_t>> numbers;
  std::map<std::string, bool> unset;
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

int run_create(Session& session, const ObjectNoun& noun, const CreateObject& options);
int run_edit(Session& session, const ObjectNoun& noun, const EditObject& options);
int run_delete(Session& session, const ObjectNoun& noun, const DeleteObjects& options);

// Arguments and options of these verbs; what they are for and examples are the noun's to add.
CommandBuilder<CreateObject> declare_create(const ObjectNoun& noun, std::string summary,
                                            int (*run)(Session&, const CreateObject&));
CommandBuilder<EditObject> declare_edit(const ObjectNoun& noun, std::string summary,
                                        int (*run)(Session&, const EditObject&));
CommandBuilder<DeleteObjects> declare_delete(const ObjectNoun& noun, std::string summary,
                                             int (*run)(Session&, const DeleteObjects&));

template <const ObjectNoun& noun>
CommandBuilder<CreateObject> declare_create(std::string summary) {
  return declare_create(noun, std::move(summary), [](Session& session, const CreateObject& options) {
    return run_create(session, noun, options);
  });
}

template <const ObjectNoun& noun>
CommandBuilder<EditObject> declare_edit(std::string summary) {
  return declare_edit(noun, std::move(summary),
                      [](Session& session, const EditObject& options) { return run_edit(session, noun, options); });
}

template <const ObjectNoun& noun>
CommandBuilder<DeleteObjects> declare_delete(std::string summary) {
  return declare_delete(noun, std::move(summary), [](Session& session, const DeleteObjects& options) {
    return run_delete(session, noun, options);
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

// Writes the object `key` of the one tenant that the session names. list(database, key) finds it, and all for "";
// record(platform, tenant, database, summary) makes JSON of it. Throws Error(invalid) if there is none.
template <class Summary, class Record>
int show_object(Session& session, const ObjectNoun& noun, const std::string& key, std::vector<Column> columns,
                std::vector<Summary> (*list)(Connection&, const std::string&), Record record) {
  RecordWriter out = session.records(Shape::one, std::move(columns));
  visit_only_tenant(session, [&](Platform& platform, const Tenant& tenant, Connection& database) {
    const std::vector<Summary> found = list(database, key);
    if (found.empty()) throw_unknown(noun_of(std::string(noun.kind)), key, list(database, ""));
    out.add(record(platform, tenant, database, found.front()));
  });
  out.finish();
  return 0;
}

}  // namespace acctl
