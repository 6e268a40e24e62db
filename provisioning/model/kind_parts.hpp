// The vocabulary in which the kinds are declared; for kinds*.cpp only.
#pragma once

#include <utility>

#include "provisioning/model/kinds.hpp"

namespace acctl::kind_parts {

// Functions and not constants: code that asks for the kinds while globals of other files are being initialized gets
// complete ones.

inline Field field(FieldType type, std::string_view name, std::string_view help) {
  return {.name = name, .column = name, .type = type, .help = help};
}

inline Field at_most(std::int64_t longest, Field made) {
  made.longest = longest;
  return made;
}

// One or a few sentences; names and single lines are shorter, see formatted().
inline Field text(std::string_view name, std::string_view help) {
  return at_most(2'000, field(FieldType::text, name, help));
}
inline Field integer(std::string_view name, std::string_view help) { return field(FieldType::integer, name, help); }
inline Field boolean(std::string_view name, std::string_view help) { return field(FieldType::boolean, name, help); }
inline Field document(std::string_view name, std::string_view help) {
  return at_most(65'536, field(FieldType::document, name, help));
}

inline Field choice(std::string_view name, std::string_view help, std::vector<std::string_view> choices) {
  Field made = field(FieldType::choice, name, help);
  made.choices = std::move(choices);
  return made;
}

inline Field stored_as(std::string_view column, Field made) {
  made.column = column;
  return made;
}

inline Field required(Field made) {
  made.required = true;
  return made;
}

// The value of an object that sets none, as JSON.
inline Field defaults_to(std::string_view json, Field made) {
  made.fallback = json;
  return made;
}

inline Field formatted(Format format, Field made) {
  made.format = format;
  const bool short_text = format == Format::name || format == Format::line || format == Format::time_zone;
  if (short_text || format == Format::filled || format == Format::id) made.longest = 200;
  if (format == Format::colour || format == Format::levels) made.longest = 0;  // the format limits the length
  return made;
}

inline Field between(std::int64_t minimum, std::int64_t maximum, Field made) {
  made.minimum = minimum;
  made.maximum = maximum;
  return made;
}

inline Field positive(const Field& made) { return between(1, made.maximum, made); }

inline Field reference(std::string_view name, std::string_view column, std::string_view target, std::string_view help) {
  Field made = stored_as(column, field(FieldType::reference, name, help));
  made.target = target;
  return made;
}

inline Field name_shown() { return required(formatted(Format::name, text("name", "Name as displayed."))); }
inline Field colour() {
  return defaults_to("\"#808080\"", formatted(Format::colour, text("colour", "Colour that it is displayed in.")));
}
inline Field position(std::string_view help) { return defaults_to("0", integer("position", help)); }
inline Field yes_or_no(std::string_view name, std::string_view json, std::string_view help) {
  return defaults_to(json, boolean(name, help));
}

inline Field unique(Field made) {
  made.unique = true;
  return made;
}

inline Field with_placeholders(Field made) {
  made.placeholders = true;
  return made;
}

// kinds_access.cpp
Kind permissions();
Kind roles();
Kind role_templates();
Kind users();
Kind teams();
Kind idp();

// kinds_work.cpp
Kind statuses();
Kind priorities();
Kind business_hours();
Kind sla_policies();
Kind projects();
Kind custom_fields();
Kind views();

// kinds_service.cpp
Kind automations();
Kind forms();
Kind email_templates();
Kind kb_categories();
Kind settings();
Kind protections();

// field_rules.cpp
extern const ObjectRules rules_of_permissions;
extern const ObjectRules rules_of_custom_fields;
extern const ObjectRules rules_of_sla_policies;
extern const ObjectRules rules_of_forms;
extern const ObjectRules rules_of_idp;

// rule_schemas.cpp: their schemas.
std::string schema_of_permissions();
std::string schema_of_custom_fields();
std::string schema_of_sla_policies();
std::string schema_of_forms();
std::string schema_of_idp();

}  // namespace acctl::kind_parts
