// The vocabulary in which the kinds are declared; for kinds*.cpp only.
#pragma once

#include <utility>

#include "provisioning/model/kinds.hpp"

namespace acctl::kind_parts {

// Functions and not constants: whoever asks for the kinds while other files' globals are still being made gets them
// whole.

inline Field field(FieldType type, std::string_view name, std::string_view help) {
  return {.name = name, .column = name, .type = type, .help = help};
}

inline Field text(std::string_view name, std::string_view help) { return field(FieldType::text, name, help); }
inline Field integer(std::string_view name, std::string_view help) { return field(FieldType::integer, name, help); }
inline Field boolean(std::string_view name, std::string_view help) { return field(FieldType::boolean, name, help); }
inline Field document(std::string_view name, std::string_view help) { return field(FieldType::document, name, help); }

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

inline Field reference(std::string_view name, std::string_view column, std::string_view target, std::string_view help) {
  Field made = stored_as(column, field(FieldType::reference, name, help));
  made.target = target;
  return made;
}

inline Field name_shown() { return required(text("name", "Name as displayed.")); }
inline Field colour() { return text("colour", "Colour as #rrggbb, lower case."); }

// Declared in kinds_access.cpp: what people are and may do.
Kind permissions();
Kind roles();
Kind role_templates();
Kind users();
Kind teams();

}  // namespace acctl::kind_parts
