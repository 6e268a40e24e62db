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

inline Field at_most(std::int64_t longest, Field made) {
  made.longest = longest;
  return made;
}

// A sentence or a few; what is shown as a name or stands on a line is shorter, see formatted().
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

// What an object has that does not say, as JSON.
inline Field defaults_to(std::string_view json, Field made) {
  made.fallback = json;
  return made;
}

inline Field formatted(Format format, Field made) {
  made.format = format;
  if (format == Format::name || format == Format::line || format == Format::filled) made.longest = 200;
  if (format == Format::colour || format == Format::levels) made.longest = 0;  // these say it all
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
  return defaults_to("\"#808080\"", formatted(Format::colour, text("colour", "Colour as #rrggbb, lower case.")));
}
inline Field position(std::string_view help) { return defaults_to("0", integer("position", help)); }
inline Field yes_or_no(std::string_view name, std::string_view json, std::string_view help) {
  return defaults_to(json, boolean(name, help));
}

// Declared in kinds_access.cpp: what people are and may do.
Kind permissions();
Kind roles();
Kind role_templates();
Kind users();
Kind teams();

}  // namespace acctl::kind_parts
