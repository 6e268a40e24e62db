#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/help.hpp"
#include "cli/pager.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/words.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/documents.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

// An example is made when it is shown: that of a part is looked for in YAML.
using Example = std::function<std::string()>;

// One thing that is explained: a kind, another key of the top level, or a part of either.
struct Topic {
  std::string name;  // "roles", "roles.scope"
  std::string type;
  std::string fallback;
  std::string help;
  Example example;
  Json more = Json::object();  // further members, for scripts
  std::vector<Topic> parts = {};
};

Json to_json(const Topic& topic) {
  Json json = {{"name", topic.name},
               {"type", topic.type},
               {"default", topic.fallback.empty() ? Json() : Json(topic.fallback)},
               {"help", topic.help}};
  json.update(topic.more);
  if (!topic.parts.empty()) json["fields"] = Json::array();
  for (const Topic& part : topic.parts) json["fields"].push_back(to_json(part));
  if (const std::string example = topic.example(); !example.empty()) json["example"] = example;
  return json;
}

// The objects of the kind's example; read once, for every field asks.
const Json& example_objects(const Kind& kind) {
  static std::map<std::string_view, Json> known;
  const auto [entry, fresh] = known.try_emplace(kind.name);
  if (fresh) {
    entry->second = acctl::to_json(read_yaml(find_example(kind.name), "example")).at(std::string(kind.name));
  }
  return entry->second;
}

// The part of the kind's example that shows `name`, or a line made for it.
std::string find_part_example(const Kind& kind, const std::string& name, const Json& otherwise) {
  const Json& objects = example_objects(kind);
  for (const auto& [key, object] : objects.items()) {
    if (kind.value_only || !object.contains(name)) continue;
    return write_yaml({{std::string(kind.name), {{key, {{name, object.at(name)}}}}}});
  }
  if (otherwise.is_null()) return std::string(find_example(kind.name));
  return write_yaml({{std::string(kind.name), {{objects.begin().key(), {{name, otherwise}}}}}});
}

Example part_example(const Kind& kind, const std::string& name, const Json& otherwise) {
  return [&kind, name, otherwise] { return find_part_example(kind, name, otherwise); };
}

// A value of the field for an example that does not show it.
Json make_sample(const Field& field) {
  const Json fallback = Json::parse(field.fallback);
  if (field.type == FieldType::boolean) return fallback != Json(true);
  if (field.type == FieldType::choice) {
    const auto other = std::ranges::find_if(field.choices, [&](std::string_view c) { return Json(c) != fallback; });
    return *(other == field.choices.end() ? field.choices.begin() : other);
  }
  if (field.type == FieldType::integer) return std::clamp<std::int64_t>(10, field.minimum, field.maximum);
  return fallback;
}

// What a document can say.
std::vector<Topic> make_topics(const DocumentForm& form, const Example& example) {
  std::vector<Topic> topics;
  for (const Term& term : form.terms) {
    topics.push_back({.name = std::string(term.name),
                      .type = describe_type(term),
                      .help = std::string(term.help),
                      .example = example});
  }
  return topics;
}

Topic make_topic(const Kind& kind, const Field& field) {
  const std::string name(field.name);
  Topic topic{.name = name,
              .type = describe_type(field),
              .fallback = describe_default(field),
              .help = std::string(field.help),
              .example = part_example(kind, name, make_sample(field))};
  topic.more["required"] = field.required;
  if (!field.choices.empty()) topic.more["choices"] = field.choices;
  if (!field.target.empty()) topic.more["target"] = field.target;
  if (field.type == FieldType::integer) topic.more.update({{"minimum", field.minimum}, {"maximum", field.maximum}});
  const DocumentForm* form = find_document_form(kind.name, field.name);
  if (form != nullptr) topic.parts = make_topics(*form, topic.example);
  return topic;
}

Topic make_topic(const Kind& kind, const List& list) {
  const std::string name(list.name);
  Topic topic{.name = name,
              .type = describe_type(list),
              .help = std::string(list.help),
              .example = part_example(kind, name, nullptr)};
  topic.more["target"] = list.target;
  if (!list.level_column.empty()) topic.more["levels"] = permission_levels();
  return topic;
}

// A key of the kind that no example has.
std::string other_key(const Kind& kind) {
  return std::string(find_word(
      kind.keys, {{KeyForm::email, "former@acme.example"}, {KeyForm::permission, "former.key"}}, "former-key"));
}

Topic make_topic(const Kind& kind, const DocumentKey& key) {
  const std::string name(key.name);
  const std::string other = other_key(kind);
  Json otherwise = &key == &previously_key() ? Json::array({other}) : Json(other);
  if (&key == &status_key()) otherwise = "suspended";
  return {.name = name,
          .type = std::string(key.type),
          .help = std::string(key.help),
          .example = part_example(kind, name, otherwise)};
}

Example example_of(std::string_view text) {
  return [text] { return std::string(text); };
}

// Without its parts.
Topic make_head(const Kind& kind) {
  Topic topic{.name = std::string(kind.name),
              .type = kind.value_only ? "mapping of keys to values" : "mapping of keys to objects",
              .help = std::string(kind.summary),
              .example = example_of(find_example(kind.name))};
  topic.more["keys"] = describe_keys(kind);
  return topic;
}

Topic make_topic(const Kind& kind) {
  Topic topic = make_head(kind);
  if (kind.value_only) {
    const DocumentForm* form = find_document_form(kind.name, kind.fields.front().name);
    if (form != nullptr) topic.parts = make_topics(*form, topic.example);
    return topic;
  }
  for (const Field& field : kind.fields) topic.parts.push_back(make_topic(kind, field));
  for (const List& list : kind.lists) topic.parts.push_back(make_topic(kind, list));
  if (kind.clonable) topic.parts.push_back(make_topic(kind, clone_key()));
  if (!kind.first_status.empty()) topic.parts.push_back(make_topic(kind, status_key()));
  topic.parts.push_back(make_topic(kind, previously_key()));
  return topic;
}

Topic make_topic(const DocumentKey& key) {
  const Json schema = key.schema.empty() ? Json::object() : Json::parse(key.schema);
  const Json fallback = schema.value("default", Json());
  Topic topic{.name = std::string(key.name),
              .type = std::string(key.type),
              .fallback = fallback.is_null()     ? ""
                          : fallback.is_string() ? fallback.get<std::string>()
                                                 : fallback.dump(),
              .help = std::string(key.help),
              .example = example_of(key.example)};
  for (const DocumentKey& entry : key.entries) {
    topic.parts.push_back(make_topic(entry));
    topic.parts.back().example = topic.example;
  }
  return topic;
}

[[noreturn]] void throw_unknown(const std::string& what, const std::string& name, const std::vector<std::string>& known,
                                const std::string& hint) {
  throw Error(ErrorKind::invalid, "there is no " + what + " '" + name + "'" + did_you_mean(name, known), hint);
}

std::vector<const Kind*> shown_kinds() {
  std::vector<const Kind*> shown;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) shown.push_back(&kind);
  }
  return shown;
}

Topic find_main_topic(const std::string& name) {
  std::vector<std::string> known;
  for (const DocumentKey& key : document_keys()) {
    if (key.name == name) return make_topic(key);
    known.emplace_back(key.name);
  }
  for (const Kind* kind : shown_kinds()) {
    if (kind->name == name) return make_topic(*kind);
    known.emplace_back(kind->name);
  }
  throw_unknown("kind or key", name, known, "'acctl explain' lists all of them.");
}

Topic find_topic(const std::string& path) {
  const std::size_t dot = path.find('.');
  Topic topic = find_main_topic(path.substr(0, dot));
  if (dot == std::string::npos) return topic;
  const std::string name = path.substr(dot + 1);
  std::vector<std::string> known;
  for (Topic& part : topic.parts) {
    known.push_back(part.name);
    if (part.name != name) continue;
    part.name = path;
    return part;
  }
  throw_unknown("field of " + topic.name + " named", name, known,
                "'acctl explain " + topic.name + "' lists all of them.");
}

std::string indented(const std::string& text) {
  std::string out = "  ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size() && text[i + 1] != '\n') out += "  ";
  }
  return out;
}

std::string render_page(const Topic& topic) {
  std::vector<std::pair<std::string, std::string>> facts = {{"Type", topic.type}};
  if (topic.more.contains("keys")) facts.emplace_back("Keys", topic.more.at("keys").get<std::string>());
  if (!topic.fallback.empty()) facts.emplace_back("Default", topic.fallback);
  if (topic.more.value("required", false)) facts.emplace_back("Required", "for a new object");
  if (topic.more.contains("levels")) {
    facts.emplace_back("Levels", "global, group and restricted, as in {tickets.view: group}");
  }
  std::vector<std::pair<std::string, std::string>> parts;
  for (const Topic& part : topic.parts) {
    const std::string fallback = part.fallback.empty() ? "" : "; default " + part.fallback;
    const std::string required = part.more.value("required", false) ? "; required for a new object" : "";
    parts.emplace_back(part.name, part.help + " (" + part.type + fallback + required + ")");
  }
  const std::size_t width = help_width(screen().columns);
  return titled_list(topic.name + ": " + topic.help, facts, width) +
         (parts.empty() ? "" : "\n" + titled_list("Fields:", parts, width)) + "\nExample:\n" +
         indented(topic.example());
}

void list_topics(Session& session) {
  RecordWriter out = session.records(Shape::many, {{"KEY", "/name"}, {"SUMMARY", "/help"}});
  const auto add = [&](const Topic& topic) {
    out.add({{"name", topic.name}, {"type", topic.type}, {"help", topic.help}});
  };
  for (const DocumentKey& key : document_keys()) add(make_topic(key));
  for (const Kind* kind : shown_kinds()) add(make_head(*kind));
  out.finish();
}

void explain_topic(Session& session, const std::string& path) {
  const Topic topic = find_topic(path);
  if (session.format() == OutputFormat::table) return write_text(render_page(topic));
  session.write_record({"name", "type", "default", "help"}, to_json(topic));
}

struct ExplainTopic {
  std::string path;
};

void run(Session& session, const ExplainTopic& options) {
  if (options.path.empty()) {
    list_topics(session);
  } else {
    explain_topic(session, options.path);
  }
}

}  // namespace

Command explain_command() {
  return command<ExplainTopic>("explain", "show what a definitions file can contain", run)
      .describe(R"(
Explains a kind of configuration, a field or another key of definitions files: its purpose, type, default and
possible values, with an example. Without an argument, it lists the kinds and the other keys.)")
      .argument("[KIND[.FIELD]]", "what to explain, such as roles or roles.permissions", &ExplainTopic::path)
      .values(Values::kinds)
      .example("acctl explain", "All kinds and keys.")
      .example("acctl explain roles", "See what a role can have.")
      .example("acctl explain custom_fields.type", "One field: its type, choices and default.")
      .example("acctl explain guards -o json", "Read the default and the possible values in a script.");
}

}  // namespace acctl
