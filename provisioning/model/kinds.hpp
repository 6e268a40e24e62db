// The kinds of configuration of a tenant, one declaration each. Reading, writing, YAML checks, documentation,
// completion and the rights of --as are derived from this table: code that is about all kinds asks a kind what it is,
// and only what is about one alone (sign-in, documents that refer to others) knows its name. A new kind is a function
// in kinds_*.cpp, named in kind_parts.hpp and kinds.cpp, and a migration with its table, triggers, lengths and grants;
// where it has permissions of its own, the packs' catalogues have them, too. Rows outside of all kinds that refer to
// its objects are told of in database/taken_along.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <nlohmann/json_fwd.hpp>
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

// What a value must be beyond its type, as the database checks it too; field_formats.hpp checks and describes it.
enum class Format {
  any,
  filled,       // text that is not empty
  id,           // the same, of another system: stored without blanks at its ends
  name,         // shown to people: not empty, no control and no invisible characters
  line,         // not empty, no control characters
  time_zone,    // a line that names a time zone; which ones exist only the server knows
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
  email,       // ana@acme.example, in lower case; compared without case
};

// What the objects of a kind are to the question who may do what (plan/effects.hpp, plan/authorization.hpp).
enum class AccessPart { none, permission, role, role_template, person };

struct Field {
  std::string_view name;    // in YAML and JSON
  std::string_view column;  // in the table
  FieldType type;
  std::string_view help;  // one sentence, for explain, schema and the manual
  bool required = false;  // an object cannot be created without it
  std::vector<std::string_view> choices = {};
  std::string_view target = {};
  std::string_view fallback = "null";  // JSON: the value of an object that sets none; equals the column's default
  Format format = Format::any;
  std::int64_t minimum = std::numeric_limits<std::int32_t>::min();  // of an integer
  std::int64_t maximum = std::numeric_limits<std::int32_t>::max();
  std::int64_t longest = 0;  // characters of a text, bytes of a document as JSON; 0 for what its type limits
  // No two objects have the same value: Kind::unique_values(). A run can move such values between objects all the same.
  bool unique = false;
  bool placeholders = false;  // a text of a message: {{name}} is replaced when it is sent
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
  std::string_view level_column = {};  // "level" if members can carry one, as in {tickets.view: group}
  std::string_view until_column = {};  // when a member expires; expired members are not read
};

// The value of an object's field, null if it has none; nullptr if the value is unknown, and then no rule is broken.
using FieldValue = std::function<const nlohmann::json*(std::string_view field)>;

// A rule about fields of one object that each are valid alone.
struct BrokenRule {
  std::string_view field;  // where to fix it
  std::string message;     // follows the object's address: " needs a project"
};

// `value`, the last of values that are unique together, as it is compared beside the first of them.
using Comparable = std::string (*)(std::string_view first, std::string value);

struct ObjectRules {
  std::vector<BrokenRule> (*check)(const std::string& key, const FieldValue& value);
  // The same for editors: a JSON Schema that the mapping of all objects of the kind meets, as far as one can say it.
  std::string (*schema)();
};

// What an object whose field `default` is true is the default of; each has one default of a kind.
struct Defaults {
  std::string_view of = {};     // "tickets", the same for all objects
  std::string_view field = {};  // or a field that says it in the singular: "applies_to"
  bool any() const { return !of.empty() || !field.empty(); }
};

struct Kind {
  std::string_view name;   // plural, as in YAML: "roles"
  std::string_view table;  // qualified: "app.roles"
  std::string_view key_column = "key";
  std::string_view summary = {};  // what it is for, one sentence
  // Permissions any one of which lets a user change objects of the kind with --as; "*" alone leaves it to admins. A
  // unit test fails for a kind without any.
  std::vector<std::string_view> permissions = {};
  std::vector<std::string_view> readers = {};  // permissions that let a user read it with --as; empty: `permissions`
  std::vector<Field> fields = {};
  std::vector<List> lists = {};
  bool value_only = false;  // the YAML value of a key is the single field itself, as in `settings: {locale: en}`
  // Not a kind of its own in a file: declared and shown in another place (`guards.protect`), read with every scope.
  bool internal = false;
  KeyForm keys = KeyForm::key;
  AccessPart part = AccessPart::none;
  bool clonable = false;      // `clone:` lets an object start as a copy of another
  std::size_t most = 10'000;  // objects of the kind that files may declare
  // Fields whose values are unique only together. Where the last one is null, others may share the rest.
  std::vector<std::vector<std::string_view>> unique_together = {};
  Comparable comparable = nullptr;     // of unique_together; none: as it is
  std::string_view first_status = {};  // of a kind with a column `status`: what a new object has; "" for no status
  bool takes_seat = false;             // each object counts against the seats of the tenant's plan
  Defaults defaults = {};              // of a kind with a field `default`
  const ObjectRules* rules = nullptr;  // about fields that depend on each other
  std::string_view example = {};       // a definitions file: the kind's name above an object; ends with a line break

  // What no two objects have in common beside the key: each field that is unique alone, and unique_together.
  std::vector<std::vector<std::string_view>> unique_values() const;
  const std::vector<std::string_view>& read_permissions() const { return readers.empty() ? permissions : readers; }
  bool is_person() const { return part == AccessPart::person; }
  // Its objects are held by people, directly or through a role or role template, and can be removed only when nobody
  // holds them.
  bool is_held() const {
    return part == AccessPart::permission || part == AccessPart::role || part == AccessPart::role_template;
  }
};

// An edge kind: the list whose rows it is, the kind that owns the list, and the kind of its members.
struct EdgeKind {
  const Kind* owner = nullptr;
  const List* list = nullptr;
  const Kind* target = nullptr;

  bool gives_permission() const { return target->part == AccessPart::permission; }
  bool is_assignment() const { return owner->is_person() && target->part == AccessPart::role; }
  bool is_membership() const { return target->is_person(); }  // people are members of the owner, such as a team
};

// The levels at which a permission can be held, the widest first.
const std::vector<std::string_view>& permission_levels();

// All kinds, each after the kinds that it refers to.
const std::vector<Kind>& kinds();

// nullptr if there is no such kind.
const Kind* find_kind(std::string_view name);

// The part of the kind of that name; AccessPart::none for an edge kind or an unknown one.
AccessPart find_access_part(std::string_view kind);

// The choices of a kind's field, such as the identity providers of a user. Throws std::logic_error if there are none.
const std::vector<std::string_view>& find_choices(std::string_view kind, std::string_view field);

// Those of all lists, in the order of their owners.
const std::vector<EdgeKind>& edge_kinds();
const EdgeKind* find_edge_kind(std::string_view name);

// The owner and the target of an edge's key, and back.
std::pair<std::string, std::string> split_edge(const EdgeKind& kind, const std::string& key);
std::string edge_key(const std::string& owner, const std::string& target);

// Adds a kind to the table for the rest of the process. For test programs only, which add theirs before anything asks
// for kinds: throws std::logic_error after that, because the kinds are shared by pointer and without a lock.
void add_kind(Kind kind);

}  // namespace acctl
