// The kinds of configuration of a tenant: one declaration each. Reading, writing, YAML checking, documentation and
// completion are derived from this table; adding a kind is one entry here and one migration.
#pragma once

#include <string_view>
#include <vector>

namespace acctl {

enum class FieldType {
  text,       // YAML string; text column
  integer,    // YAML integer; bigint or integer column
  boolean,    // true or false; boolean column
  choice,     // a string out of Field::choices; text column with the same check
  date,       // YYYY-MM-DD; date column
  reference,  // key of an object of the kind Field::target; the column holds its id
  document,   // mapping or sequence; jsonb column
};

struct Field {
  std::string_view name;    // in YAML and JSON
  std::string_view column;  // in the table
  FieldType type;
  std::string_view help;  // one sentence, for explain, schema and the manual
  bool required = false;  // an object cannot be created without it
  std::vector<std::string_view> choices = {};
  std::string_view target = {};
};

// A list of an object that is stored as rows of a table of its own, such as the permissions of a role. In a State
// each row is an object of the edge kind `kind`, its key is "owner/target"; so additions and removals of single
// members need no special case.
struct List {
  std::string_view name;           // in YAML: "permissions"
  std::string_view kind;           // "role_permissions"
  std::string_view table;          // "app.role_permissions"
  std::string_view owner_column;   // "role_id"
  std::string_view target;         // "permissions", a kind
  std::string_view target_column;  // "permission_id"
  std::string_view help;
  std::string_view level_column = {};  // "level" where members can carry one, as in {tickets.view: group}
};

struct Kind {
  std::string_view name;        // plural, as in YAML: "roles"
  std::string_view table;       // qualified: "app.roles"
  std::string_view key_column;  // "key"; "email" for users
  std::string_view summary;     // what it is for, one sentence
  std::vector<Field> fields = {};
  std::vector<List> lists = {};
  bool value_only = false;  // the YAML value of a key is the single field itself, as in `settings: {locale: en}`
};

// All kinds, each after the kinds that it refers to.
const std::vector<Kind>& kinds();

// nullptr where there is no such kind.
const Kind* find_kind(std::string_view name);

}  // namespace acctl
