// What the documents among the fields may say: conditions, actions, filters, columns, questions of forms, settings.
// Checks, references, the JSON Schema and explain are derived from it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

// One word that a document knows, and what it takes.
struct Term {
  enum class Takes {
    key,
    word,
    line,  // a text of one line
    text,
    number,
    yes_or_no,
    colour,
    locale,
    time_zone,
    address,
    host,
    anything,
    values_of_fields
  };

  std::string_view name;  // "set_status"
  Takes takes = Takes::text;
  std::string_view help;                     // one sentence
  std::string_view target = {};              // of keys: their kind
  std::vector<std::string_view> words = {};  // these words, for keys: besides them
  bool many = false;                         // one or a list
  std::int64_t most = INT64_MAX;             // of numbers, which begin with 1
};

struct DocumentForm {
  enum class Shape {
    terms,    // {priority: [urgent], team: tier-1}
    steps,    // [{set_status: open}, {assign_team: tier-1}], in order
    records,  // [{field: subject, label: Subject}], in order; the first term is required
    columns,  // [due_date, -priority], or one column
    setting,  // a single value; the key of the object says which, and others than the terms are free
  };

  std::string_view kind;
  std::string_view field;
  Shape shape;
  std::vector<Term> terms;  // of columns one, which is a column
  bool fields_too = false;  // keys of custom_fields are terms as well
};

const std::vector<DocumentForm>& document_forms();

// nullptr for a field that is free.
const DocumentForm* find_document_form(std::string_view kind, std::string_view field);

// Where something is in a document: the keys and indices that lead to it, the last of which may be meant itself.
struct DocumentPlace {
  std::vector<std::string> path;
  bool at_key = false;  // without a path: the key of the object
};

struct DocumentProblem {
  DocumentPlace place;
  std::string message;
};

struct DocumentReference {
  DocumentPlace place;
  std::string_view kind;
  std::string key;
};

struct DocumentReading {
  std::vector<DocumentProblem> problems;
  std::vector<DocumentReference> references;
};

// `key`: of the object, which for settings says what the value is.
DocumentReading read_document_value(const DocumentForm& form, const std::string& key, const nlohmann::json& value);

// Whether such a document can name objects of `kind`.
bool can_name(const DocumentForm& form, std::string_view kind);

// Puts `to` in the place of `from`, a key of `kind`; whether there was one.
bool rename_in_document(const DocumentForm& form, const std::string& key, nlohmann::json& value, std::string_view kind,
                        const std::string& from, const std::string& to);

// What text has to match, as a regular expression; "" where any text fits.
std::string_view find_pattern(Term::Takes takes);

// "key of teams", "one or a list of: keys of statuses", "text".
std::string describe_type(const Term& term);

}  // namespace acctl
