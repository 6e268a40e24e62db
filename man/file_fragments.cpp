#include "man/file_fragments.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/access/invitee_file.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/base/split.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/model/definitions_format.hpp"
#include "provisioning/model/describe.hpp"
#include "provisioning/model/documents.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/placeholders.hpp"
#include "provisioning/platform/mail_settings.hpp"
#include "provisioning/tenants/request_file.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

Item item(std::string term, std::string_view text) { return {{code(std::move(term))}, {paragraph(parse_line(text))}}; }

Item key_item(const DocumentKey& key) {
  return item(std::string(key.name), std::string(key.help) + " (" + std::string(key.type) + ")");
}

// What a document can say, each term with what it takes.
Block document_terms(const DocumentForm& form) {
  Block list{.kind = Block::Kind::terms};
  for (const Term& term : form.terms) {
    list.items.push_back(item(std::string(term.name), std::string(term.help) + " (" + describe_type(term) + ")"));
  }
  return list;
}

std::string form_words(const DocumentForm& form, FieldType type) {
  switch (form.shape) {
    case DocumentForm::Shape::terms:
      return std::string("A mapping of these terms; all of them have to hold") +
             (form.fields_too ? ". Keys of custom_fields are terms as well:" : ":");
    case DocumentForm::Shape::steps:
      return "A list of mappings with one of these terms each, carried out in order:";
    case DocumentForm::Shape::records:
      return "A list of mappings of these terms, in order; the first term is required:";
    case DocumentForm::Shape::columns:
      return std::string(type == FieldType::document ? "A list of columns" : "One column") +
             "; - before a column reverses its order:";
    case DocumentForm::Shape::setting:
      return "The keys that acctl and the application know, and what each takes; other keys are stored unchecked, "
             "unless they are nearly one of these:";
  }
  return "";
}

Item field_item(const Kind& kind, const Field& field) {
  Item made = item(std::string(field.name), describe_property(field));
  if (const DocumentForm* form = find_document_form(kind.name, field.name)) {
    made.body.push_back(paragraph(parse_line(form_words(*form, field.type))));
    made.body.push_back(document_terms(*form));
  }
  return made;
}

void add_kind(const Kind& kind, std::vector<Block>& page) {
  page.push_back(section(std::string(kind.name)));
  page.push_back(paragraph(parse_line(kind.summary)));
  std::string rights = "Keys: " + describe_keys(kind) + ". With `--as`, changing it takes ";
  rights += kind.permissions.size() == 1 && kind.permissions.front() == "*"
                ? "an admin."
                : join({kind.permissions.begin(), kind.permissions.end()}) + ".";
  page.push_back(paragraph(parse_line(rights)));
  if (kind.value_only) {
    if (const DocumentForm* form = find_document_form(kind.name, kind.fields.front().name)) {
      page.push_back(paragraph(parse_line(form_words(*form, kind.fields.front().type))));
      page.push_back(document_terms(*form));
    }
  } else {
    Block list{.kind = Block::Kind::terms};
    for (const Field& field : kind.fields) list.items.push_back(field_item(kind, field));
    for (const List& entry : kind.lists) list.items.push_back(item(std::string(entry.name), describe_property(entry)));
    if (kind.clonable) list.items.push_back(key_item(clone_key()));
    if (!kind.first_status.empty()) list.items.push_back(key_item(status_key()));
    page.push_back(std::move(list));
  }
  std::string shown(find_example(kind.name));
  while (shown.ends_with('\n')) shown.pop_back();
  page.push_back(literal(std::move(shown)));
}

Block column_list(const std::vector<CsvColumn>& columns) {
  Block list{.kind = Block::Kind::terms};
  for (const CsvColumn& column : columns) {
    std::string help = std::string(column.help) + (column.required ? " (required)" : "");
    if (!column.other_names.empty()) help += "; also " + join({column.other_names.begin(), column.other_names.end()});
    list.items.push_back(item(std::string(column.name), help + "."));
  }
  return list;
}

// The comment that a pack begins with, on one line.
std::string opening_comment(std::string_view yaml) {
  std::string text;
  while (yaml.starts_with("# ")) {
    text += (text.empty() ? "" : " ") + std::string(take_part(yaml, '\n').substr(2));
  }
  return text;
}

// "tickets.view at group", of "tickets.view" or {"tickets.view": "group"}.
std::string permission_words(const Json& entry) {
  if (entry.is_string()) return entry.get<std::string>();
  return entry.begin().key() + " at " + entry.begin().value().get<std::string>();
}

void add_holders(const Json& pack, const char* kind, const char* title, std::vector<Block>& page) {
  if (!pack.contains(kind)) return;
  page.push_back(subsection(title));
  Block list{.kind = Block::Kind::terms};
  for (const auto& [key, role] : pack.at(kind).items()) {
    std::string text = role.value("description", role.value("name", ""));
    if (role.value("scope", "") == "enterprise") text += " Covers the entire enterprise.";
    std::string permissions;
    for (const Json& entry : role.value("permissions", Json::array())) {
      permissions += (permissions.empty() ? "" : ", ") + permission_words(entry);
    }
    Item made = item(key, text);
    if (!permissions.empty()) made.body.push_back(paragraph(parse_line("Permissions: " + permissions + ".")));
    list.items.push_back(std::move(made));
  }
  page.push_back(std::move(list));
}

void add_permissions(const Json& pack, std::vector<Block>& page) {
  page.push_back(subsection("Permissions"));
  Block list{.kind = Block::Kind::terms};
  for (const auto& [key, permission] : pack.at("permissions").items()) {
    std::string levels;
    for (const Json& level : permission.value("levels", Json::array())) {
      levels += (levels.empty() ? " Levels: " : ", ") + level.get<std::string>();
    }
    list.items.push_back(item(key, permission.value("description", "") + levels + (levels.empty() ? "" : ".")));
  }
  page.push_back(std::move(list));
}

void add_seeds(const Json& pack, std::vector<Block>& page) {
  page.push_back(subsection("Everything else"));
  Block list{.kind = Block::Kind::terms};
  for (const auto& [kind, objects] : pack.items()) {
    const bool told =
        kind == "acctl" || kind == "tests" || kind == "permissions" || kind == "roles" || kind == "role_templates";
    if (told) continue;
    std::string keys;
    for (const auto& [key, object] : objects.items()) keys += (keys.empty() ? "" : ", ") + key;
    list.items.push_back(item(kind, keys + "."));
  }
  page.push_back(std::move(list));
}

}  // namespace

std::vector<Block> definitions_keys() {
  Block list{.kind = Block::Kind::terms};
  for (const DocumentKey& key : document_keys()) {
    Item made = key_item(key);
    Block entries{.kind = Block::Kind::terms};
    for (const DocumentKey& entry : key.entries) entries.items.push_back(key_item(entry));
    if (!entries.items.empty()) made.body.push_back(std::move(entries));
    list.items.push_back(std::move(made));
  }
  return {std::move(list)};
}

std::vector<Block> kind_sections() {
  std::vector<Block> page;
  for (const Kind& kind : kinds()) {
    if (!kind.internal) add_kind(kind, page);
  }
  return page;
}

std::vector<Block> mail_placeholder_table() {
  Block table{.kind = Block::Kind::table, .rows = {{parse_line("Template"), parse_line("Placeholders")}}};
  for (const char* key : {"invitation", "invitation-resent", "deactivated", "reactivated"}) {
    table.rows.push_back({code(key), parse_line(join(*mail_placeholders(key)))});
  }
  return {std::move(table)};
}

std::vector<Block> people_column_list() { return {column_list(people_columns())}; }

std::vector<Block> tenant_column_list() { return {column_list(tenant_columns())}; }

std::vector<Block> mail_field_list() {
  Block list{.kind = Block::Kind::terms};
  for (const MailField& field : mail_fields()) {
    const std::string of = field.transport.empty() ? "" : " (of " + std::string(field.transport) + ")";
    list.items.push_back(item(std::string(field.name), std::string(field.help) + of + "."));
  }
  return {std::move(list)};
}

std::vector<Block> pack_sections() {
  std::vector<Block> page;
  for (const Pack& pack : packs()) {
    const Json content = to_json(read_yaml(pack.yaml, std::string(pack.name)));
    page.push_back(section(std::string(pack.name)));
    page.push_back(paragraph(parse_line(opening_comment(pack.yaml))));
    add_holders(content, "roles", "Roles", page);
    add_holders(content, "role_templates", "Role templates", page);
    add_permissions(content, page);
    add_seeds(content, page);
  }
  return page;
}

}  // namespace acctl
