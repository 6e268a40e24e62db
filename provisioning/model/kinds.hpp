// The kinds of configuration of a tenant: one declaration each. Reading, writing, YAML checking, documentation and
// completion are derived from this table; adding a kind is one entry here and one migration.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
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

// What a value must be beyond its type, as the database checks it too; formats.hpp checks and describes it.
enum class Format {
  any,
  filled,       // text that is not empty
  name,         // shown to people: not empty, no control and no invisible characters
  line,         // not empty, no control characters
  colour,       // #rrggbb
  mapping,      // documents: any mapping
  list,         // any list
  filled_list,  // a list that is not empty
  levels,       // levels of permissions, each once
  hours,        // weekday to spans of time
  dates,        // a list of dates
};

// What the keys of a kind are made of.
enum class KeyForm {
  key,         // support-agent
  permission,  // tickets.view, or *
  email,       // ana@acme.example, in lower case
};

struct Field {
  std::string_view name;    // in YAML and JSON
  std::string_view column;  // in the table
  FieldType type;
  std::string_view help;  // one sentence, for explain, schema and the manual
  bool required = false;  // an object cannot be created without it
  std::vector<std::string_view> choices = {};
  std::string_view target = {};
  std::string_view fallback = "null";  // JSON: what an object has that does not say; the column's default is the same
  Format format = Format::any;
  std::int64_t minimum = std::numeric_limits<std::int32_t>::min();  // of an integer
  std::int64_t maximum = std::numeric_limits<std::int32_t>::max();
  std::int64_t longest = 0;  // characters of a text, bytes of a document as JSON; 0 for what its type limits
};

// A list of an object that is stored as rows of a table of its own, such as the permissions of a role. In a State
// each row is an object of the edge kind `kind`, its key is "owner/target"; so additions and removals of single
// members need no special case. Only users' keys can have a slash of their own (split_edge() knows).
struct List {
  std::string_view name;           // in YAML: "permissions"
  std::string_view kind;           // "role_permissions"
  std::string_view table;          // "app.role_permissions"
  std::string_view owner_column;   // "role_id"
  std::string_view target;         // "permissions", a kind
  std::string_view target_column;  // "permission_id"
  std::string_view help;
  std::string_view level_column = {};  // "level" where members can carry one, as in {tickets.view: group}
  std::string_view until_column = {};  // when a member leaves by itself; what has left is not read
};

struct Kind {
  std::string_view name;        // plural, as in YAML: "roles"
  std::string_view table;       // qualified: "app.roles"
  std::string_view key_column;  // "key"; "email" for users
  std::string_view summary;     // what it is for, one sentence
  std::vector<Field> fields = {};
  std::vector<List> lists = {};
  bool value_only = false;  // the YAML value of a key is the single field itself, as in `settings: {locale: en}`
  // Not a kind of its own in a file: declared and shown in another place (`guards.protect`).
  bool internal = false;
  KeyForm keys = KeyForm::key;
  bool clonable = false;      // `clone:` lets an object start as a copy of another
  std::size_t most = 10'000;  // objects of the kind that files may declare
  // Fields whose values together only one object has, beside its key; where the last one is null, others may share the
  // rest.
  std::vector<std::vector<std::string_view>> unique = {};
};

// An edge kind: the list that its rows are, and whose.
struct EdgeKind {
  const Kind* owner = nullptr;
  const List* list = nullptr;
};

// The levels at which a permission can be held, the widest first.
const std::vector<std::string_view>& permission_levels();

// All kinds, each after the kinds that it refers to.
const std::vector<Kind>& kinds();

// nullptr where there is no such kind.
const Kind* find_kind(std::string_view name);

// Those of all lists, in the order of their owners.
const std::vector<EdgeKind>& edge_kinds();
const EdgeKind* find_edge_kind(std::string_view name);

// The owner and the target of an edge's key, and back.
std::pair<std::string, std::string> split_edge(const EdgeKind& kind, const std::string& key);
std::string edge_key(const std::string& owner, const std::string& target);

}  // namespace acctl
