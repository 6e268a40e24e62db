#include "commands/shared/object_verbs.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "commands/shared/named_key.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// Values of the options of fields, by Field::name. A map, because options point into it.
struct FieldValues {
  std::map<std::string, std::string> texts;  // also choices, and "yes" or "no"
  std::map<std::string, std::optional<std::int64_t>> numbers;
  std::map<std::string, bool> unset;
};

struct ListObjects {
  const ObjectNoun* noun = nullptr;
  std::vector<Column> columns;
  std::vector<std::string> exclude;
};

struct ShowObject {
  const ObjectNoun* noun = nullptr;
  std::vector<Column> columns;
  AddDetails add_details = nullptr;
  std::string key;
};

struct CreateObject {
  const ObjectNoun* noun = nullptr;
  EditOptions edit;
  std::string key;
  FieldValues fields;
  std::vector<std::string> permissions;
};

struct EditObject {
  const ObjectNoun* noun = nullptr;
  EditOptions edit;
  std::string key;
  FieldValues fields;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};

struct DeleteObjects {
  const ObjectNoun* noun = nullptr;
  EditOptions edit;
  std::vector<std::string> keys;
  std::string reassign_to;
};

struct EditMembers {
  const ObjectNoun* noun = nullptr;
  const MemberVerb* verb = nullptr;
  EditOptions edit;
  std::string key;
  std::vector<std::string> emails;
};

namespace {

// Gives a member a value that no option changes.
template <class Value>
auto preset(Value value) {
  return [value](Value& member) {
    member = value;
    return std::vector<Option>();
  };
}

enum class FieldUse { create, edit };

const Field& find_field(const ObjectNoun& noun, std::string_view name) {
  return *std::ranges::find(find_kind(noun.kind)->fields, name, &Field::name);
}

bool has_list_of(std::string_view kind, std::string_view target) {
  return std::ranges::find(find_kind(kind)->lists, target, &List::target) != find_kind(kind)->lists.end();
}

bool has_permissions(std::string_view kind) { return has_list_of(kind, "permissions"); }

std::string placeholder(const Field& field) {
  if (field.type == FieldType::integer) return "N";
  if (field.type == FieldType::boolean) return "YES|NO";
  if (field.type == FieldType::text) return field.format == Format::name ? "NAME" : "TEXT";
  std::string upper(field.name);
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

std::string default_note(const FieldOption& offered, const Field& field) {
  const auto fallback = nlohmann::json::parse(field.fallback);
  std::string value(offered.unset);
  if (fallback.is_string()) value = fallback.get<std::string>();
  if (fallback.is_boolean()) value = fallback.get<bool>() ? "yes" : "no";
  return value.empty() ? "" : " (default: " + value + ")";
}

// "session_hours" -> "session-hours"
std::string dashed(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

Option field_option(const FieldOption& offered, const Field& field, FieldValues& values, FieldUse use) {
  const std::string name(offered.field);
  const bool is_number = field.type == FieldType::integer;
  Option option = parse_option("--" + dashed(name) + " " + placeholder(field), offered.help,
                               is_number ? Target(&values.numbers[name]) : Target(&values.texts[name]));
  option.choices.assign(field.choices.begin(), field.choices.end());
  if (field.type == FieldType::boolean) option.choices = {"yes", "no"};
  if (use == FieldUse::create) {
    option.help += default_note(offered, field);
    option.required = field.required;
  } else {
    option.clears = field.type == FieldType::text && !field.required && field.fallback == "null";
  }
  return option;
}

std::vector<Option> field_options(const ObjectNoun& noun, FieldValues& values, FieldUse use) {
  std::vector<Option> options;
  for (const FieldOption& offered : noun.fields) {
    if (use == FieldUse::edit && offered.only_new) continue;
    options.push_back(field_option(offered, find_field(noun, offered.field), values, use));
    if (use == FieldUse::create || offered.unset.empty()) continue;
    const std::string name(offered.field);
    options.push_back(parse_option("--no-" + dashed(name), offered.unset, &values.unset[name]));
  }
  return options;
}

nlohmann::json given_value(const Field& field, const FieldValues& values) {
  const std::string name(field.name);
  if (field.type == FieldType::integer) return *values.numbers.at(name);
  const std::string& text = values.texts.at(name);
  if (field.type == FieldType::boolean) return text == "yes";
  return text.empty() ? nlohmann::json() : nlohmann::json(text);
}

GivenFields given_fields(const Session& session, const ObjectNoun& noun, const FieldValues& values) {
  GivenFields fields;
  for (const FieldOption& offered : noun.fields) {
    const std::string name(offered.field);
    const auto unset = values.unset.find(name);
    if (session.given("--" + dashed(name))) fields[name] = given_value(find_field(noun, name), values);
    if (unset == values.unset.end() || !unset->second) continue;
    if (fields.contains(name)) {
      throw Error(ErrorKind::invalid, "--" + dashed(name) + " and --no-" + dashed(name) + " cannot be combined",
                  "Give one of them.");
    }
    fields[name] = nullptr;
  }
  return fields;
}

struct Keyed {
  std::string key;
};

[[noreturn]] void throw_unknown_object(const ObjectNoun& noun, const std::string& key,
                                       const std::vector<nlohmann::ordered_json>& all) {
  std::vector<Keyed> keys;
  for (const auto& record : all) keys.push_back({record["key"].get<std::string>()});
  throw_unknown(to_noun(std::string(noun.kind)), key, keys);
}

std::string command_name(const ObjectNoun& noun, std::string_view verb) {
  return std::string(noun.name) + " " + std::string(verb);
}

}  // namespace

Scope object_scope(std::string_view kind) {
  Scope scope{.kinds = {std::string(kind)}};
  if (has_permissions(kind)) scope.kinds.insert("permissions");
  return scope;
}

int run_user_edit(Session& session, const EditOptions& options, DirectEdit direct) {
  direct.scope.users = {direct.people.begin(), direct.people.end()};
  return run_direct_edit(session, options, direct);
}

void list_records(Session& session, const std::vector<std::string>& exclude, std::vector<Column> columns,
                  const std::string& nouns, const AddRecords& add, const std::function<void()>& check) {
  RecordWriter out = session.records(Shape::many, std::move(columns));
  visit_tenants(
      session, exclude,
      [&](Platform& platform, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        RecordSink sink(out, in_order);
        add(sink, platform, tenant, database);
        sink.flush();
      },
      [&] {
        if (check) check();
        out.finish();
        if (out.empty()) session.terminal().info("no " + nouns + " match");
      });
}

void list_objects(Session& session, const ObjectNoun& noun, const std::vector<std::string>& exclude,
                  std::vector<Column> columns) {
  list_records(session, exclude, std::move(columns), to_noun(std::string(noun.kind)) + "s",
               [&](RecordSink& out, Platform& platform, const Tenant& tenant, TenantSession& database) {
                 for (auto& record : noun.read(platform, tenant, database, "")) out.add(std::move(record));
               });
}

namespace {

void run(Session& session, const ListObjects& options) {
  list_objects(session, *options.noun, options.exclude, options.columns);
}

void run(Session& session, const ShowObject& options) {
  const ObjectNoun& noun = *options.noun;
  const std::string& key = options.key;
  RecordWriter out = session.records(Shape::one, options.columns);
  visit_only_tenant(session, [&](Platform& platform, const Tenant& tenant, TenantSession& database) {
    std::vector<nlohmann::ordered_json> found = noun.read(platform, tenant, database, key);
    if (found.empty()) throw_unknown_object(noun, key, noun.read(platform, tenant, database, ""));
    options.add_details(session, database, key, found.front());
    out.add(found.front());
  });
  out.finish();
}

int run(Session& session, const CreateObject& options) {
  const ObjectNoun& noun = *options.noun;
  NewObject wanted{
      .kind = std::string(noun.kind), .key = options.key, .fields = given_fields(session, noun, options.fields)};
  if (!options.permissions.empty()) {
    wanted.permissions = with_words({}, parse_permissions("--permission", split_words(options.permissions)));
  }
  check_new_key(wanted.kind, wanted.key);
  check_fields(wanted.kind, wanted.fields);
  return run_direct_edit(session, options.edit,
                         {.command = command_name(noun, "create"),
                          .scope = object_scope(noun.kind),
                          .change = [&](State& state, const EditContext&) { create_object(state, wanted); }});
}

int run(Session& session, const EditObject& options) {
  const ObjectNoun& noun = *options.noun;
  const std::string kind(noun.kind);
  const GivenFields fields = given_fields(session, noun, options.fields);
  check_fields(kind, fields);
  const std::vector<PermissionWord> words = permission_changes(options.add, options.remove);
  if (fields.empty() && words.empty()) throw_nothing_to_edit();
  return run_direct_edit(session, options.edit,
                         {.command = command_name(noun, "edit"),
                          .scope = object_scope(kind),
                          .change = [&](State& state, const EditContext&) {
                            change_fields(state, kind, options.key, fields);
                            if (has_permissions(kind)) change_permissions(state, kind, options.key, words);
                          }});
}

int run(Session& session, const DeleteObjects& options) {
  const ObjectNoun& noun = *options.noun;
  Scope scope = object_scope(noun.kind);
  auto& concerned = scope.*noun.concerned;
  concerned = {options.keys.begin(), options.keys.end()};
  // Whoever holds it afterwards has to be found again.
  if (!options.reassign_to.empty()) concerned.insert(options.reassign_to);
  ObjectsToDelete named(std::string(noun.kind), to_noun(std::string(noun.kind)), options.keys);
  const auto change = [&](State& state, const EditContext& context) {
    named.look(context.database, state);
    noun.remove(state, options.keys, options.reassign_to, context.notes);
  };
  // A tenant that could not be read might have it.
  const auto require_known = [&](FleetPlan& fleet) {
    if (fleet.report().failures.empty()) named.require();
  };
  return run_direct_edit(
      session, options.edit,
      {.command = command_name(noun, "delete"), .scope = scope, .change = change, .planned = require_known});
}

int run(Session& session, const EditMembers& options) {
  const ObjectNoun& noun = *options.noun;
  const MemberVerb& verb = *options.verb;
  Scope scope{.kinds = {std::string(noun.kind)}};
  // Which object a user has stands at the user, unless the kind lists its users.
  if (has_list_of(noun.kind, "users")) scope.*noun.concerned = {options.key};
  // Before the edit is made: g++ destroys parts of it twice when a later part of it throws.
  const std::vector<std::string> emails = parse_emails(options.emails);
  return run_user_edit(
      session, options.edit,
      {.command = command_name(noun, verb.name),
       .scope = scope,
       .change = [&](State& state,
                     const EditContext& context) { verb.change(state, options.key, context.people, context.near); },
       .people = emails,
       .reach = verb.reach});
}

}  // namespace

CommandBuilder<ListObjects> declare_list(const ObjectNoun& noun, std::string summary, std::vector<Column> columns) {
  auto builder = command<ListObjects>("list", std::move(summary), run);
  builder.with(preset(&noun), &ListObjects::noun)
      .with(preset(std::move(columns)), &ListObjects::columns)
      .with(exclude_option, &ListObjects::exclude)
      .trail(Trail::nothing);
  return builder;
}

CommandBuilder<ShowObject> declare_show(const ObjectNoun& noun, std::string summary, std::vector<Column> columns,
                                        AddDetails add_details) {
  auto builder = command<ShowObject>("show", std::move(summary), run);
  builder.with(preset(&noun), &ShowObject::noun)
      .with(preset(std::move(columns)), &ShowObject::columns)
      .with(preset(add_details), &ShowObject::add_details)
      .argument(noun.argument, "key of the " + to_noun(std::string(noun.kind)), &ShowObject::key)
      .trail(Trail::nothing);
  return builder;
}

CommandBuilder<EditMembers> declare_member_edit(const ObjectNoun& noun, const MemberVerb& verb, std::string summary) {
  auto builder = command<EditMembers>(verb.name, std::move(summary), run);
  builder.with(preset(&noun), &EditMembers::noun)
      .with(preset(&verb), &EditMembers::verb)
      .argument(noun.argument, "key of the " + to_noun(std::string(noun.kind)), &EditMembers::key)
      .argument("EMAIL...", "email addresses of the users", &EditMembers::emails)
      .with(direct_edit_options, &EditMembers::edit)
      .formats(report_formats());
  return builder;
}

CommandBuilder<CreateObject> declare_create(const ObjectNoun& noun, std::string summary) {
  auto builder = command<CreateObject>("create", std::move(summary), run);
  builder.with(preset(&noun), &CreateObject::noun)
      .argument("KEY", "1 to 63 of a-z, 0-9, '.', '_' and '-'", &CreateObject::key)
      .with([&](FieldValues& values) { return field_options(noun, values, FieldUse::create); }, &CreateObject::fields);
  if (has_permissions(noun.kind)) {
    builder.option("--permission PERMISSION[:LEVEL]", "permission to include, such as tickets.view:group; repeatable",
                   &CreateObject::permissions);
  }
  builder.with(direct_edit_options, &CreateObject::edit).formats(report_formats());
  return builder;
}

CommandBuilder<EditObject> declare_edit(const ObjectNoun& noun, std::string summary) {
  auto builder = command<EditObject>("edit", std::move(summary), run);
  builder.with(preset(&noun), &EditObject::noun)
      .argument(noun.argument, "key of the " + to_noun(std::string(noun.kind)), &EditObject::key)
      .with([&](FieldValues& values) { return field_options(noun, values, FieldUse::edit); }, &EditObject::fields);
  if (has_permissions(noun.kind)) {
    builder.with(permission_change_options, &EditObject::add, &EditObject::remove);
  }
  builder.with(direct_edit_options, &EditObject::edit).formats(report_formats());
  return builder;
}

CommandBuilder<DeleteObjects> declare_delete(const ObjectNoun& noun, std::string summary) {
  auto builder = command<DeleteObjects>("delete", std::move(summary), run);
  builder.with(preset(&noun), &DeleteObjects::noun)
      .argument(std::string(noun.argument) + "...", "keys of the " + to_noun(std::string(noun.kind)) + "s",
                &DeleteObjects::keys);
  if (!noun.reassign_help.empty()) {
    builder.option("--reassign-to " + std::string(noun.argument), noun.reassign_help, &DeleteObjects::reassign_to);
  }
  builder.with(direct_edit_options, &DeleteObjects::edit).formats(report_formats());
  return builder;
}

}  // namespace acctl
