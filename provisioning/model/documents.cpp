#include "provisioning/model/documents.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;
using DocumentPath = std::vector<std::string>;

DocumentPath one_further(DocumentPath path, std::string step) {
  path.push_back(std::move(step));
  return path;
}

std::string quoted_word(const std::string& text) { return "'" + abbreviated(text) + "'"; }

class DocumentReader {
 public:
  explicit DocumentReader(const DocumentForm& form) : form_(form) {}

  DocumentReading read(const std::string& key, const Json& value) {
    switch (form_.shape) {
      case DocumentForm::Shape::terms:
        read_terms(value);
        break;
      case DocumentForm::Shape::steps:
        each_entry(value, [&](const Json& entry, const DocumentPath& path) { read_step(entry, path); });
        break;
      case DocumentForm::Shape::records:
        each_entry(value, [&](const Json& entry, const DocumentPath& path) { read_record(entry, path); });
        refuse_repeated(value);
        break;
      case DocumentForm::Shape::columns:
        if (!value.is_array()) read_column(value, {});
        each_entry(value, [&](const Json& entry, const DocumentPath& path) { read_column(entry, path); });
        break;
      case DocumentForm::Shape::setting:
        read_setting(key, value);
        break;
    }
    return std::move(found_);
  }

 private:
  template <class Visit>
  static void each_entry(const Json& list, const Visit& visit) {
    if (!list.is_array()) return;
    for (std::size_t i = 0; i < list.size(); ++i) visit(list[i], {std::to_string(i)});
  }

  void complain(DocumentPath path, const std::string& message, bool at_key = false) {
    found_.problems.push_back({{std::move(path), at_key}, message});
  }

  const Term* find_term(std::string_view name) const {
    const auto found = std::ranges::find(form_.terms, name, &Term::name);
    return found == form_.terms.end() ? nullptr : &*found;
  }

  void refuse_unknown(DocumentPath path, const std::string& name) {
    std::vector<std::string> names;
    for (const Term& term : form_.terms) names.emplace_back(term.name);
    complain(std::move(path),
             "'" + std::string(form_.field) + "' knows no " + quoted_word(name) + did_you_mean(name, names), true);
  }

  // Applications have settings of their own, so an unknown key is refused only where it is probably meant to be a known
  // one: it would be stored, and the real setting stay as it is.
  void read_setting(const std::string& key, const Json& value) {
    if (const Term* term = find_term(key)) return read_value(*term, value, {});
    const std::string group = key + ".";
    const bool is_group =
        std::ranges::any_of(form_.terms, [&](const Term& term) { return term.name.starts_with(group); });
    if (value.is_object() && is_group) {
      std::vector<std::string> instead;
      for (const auto& [name, part] : value.items()) {
        instead.push_back(group + abbreviated(name) + ": " + abbreviated(part.dump()));
      }
      if (instead.empty()) instead.push_back(group + "KEY: …");
      return complain({}, quoted_word(key) + " is a group of settings; write " + enumerated(instead, 3), true);
    }
    for (const Term& term : form_.terms) {
      if (!is_slip_of(key, term.name)) continue;
      return complain(
          {}, "there is no setting " + quoted_word(key) + "; did you mean '" + std::string(term.name) + "'?", true);
    }
  }

  void read_terms(const Json& value) {
    if (!value.is_object()) return;
    for (const auto& [name, wanted] : value.items()) {
      if (const Term* term = find_term(name)) {
        read_value(*term, wanted, {name});
      } else if (form_.fields_too && key_problem(KeyForm::key, name).empty()) {
        found_.references.push_back({{{name}, true}, "custom_fields", name});
      } else {
        refuse_unknown({name}, name);
      }
    }
  }

  void read_step(const Json& step, const DocumentPath& path) {
    if (!step.is_object() || step.size() != 1) {
      return complain(path, "'" + std::string(form_.field) + "' takes steps such as {" +
                                std::string(form_.terms.front().name) + ": …}, one verb each");
    }
    const std::string verb = step.begin().key();
    const Term* term = find_term(verb);
    if (term == nullptr) return refuse_unknown(one_further(path, verb), verb);
    read_value(*term, step.begin().value(), one_further(path, verb));
  }

  void read_record(const Json& record, const DocumentPath& path) {
    const std::string first(form_.terms.front().name);
    if (!record.is_object() || !record.contains(first)) {
      return complain(path, "'" + std::string(form_.field) + "' takes mappings such as {" + first + ": subject}");
    }
    for (const auto& [name, value] : record.items()) {
      const Term* term = find_term(name);
      if (term == nullptr) {
        refuse_unknown(one_further(path, name), name);
      } else {
        read_value(*term, value, one_further(path, name));
      }
    }
  }

  // A question is asked once.
  void refuse_repeated(const Json& records) {
    const std::string first(form_.terms.front().name);
    std::set<std::string> seen;
    each_entry(records, [&](const Json& record, const DocumentPath& path) {
      if (!record.is_object() || !record.contains(first) || !record[first].is_string()) return;
      const std::string name = record[first];
      if (!seen.insert(name).second) complain(one_further(path, first), quoted_word(name) + " is named twice");
    });
  }

  // With a minus for descending order.
  void read_column(const Json& value, const DocumentPath& path) {
    const Term& column = form_.terms.front();
    if (!value.is_string()) return complain(path, "'" + std::string(form_.field) + "' takes columns");
    std::string name = value;
    if (name.starts_with('-')) name.erase(0, 1);
    read_key(column, name, path);
  }

  void read_value(const Term& term, const Json& value, const DocumentPath& path) {
    if (!term.many || !value.is_array()) return read_one(term, value, path);
    for (std::size_t i = 0; i < value.size(); ++i) read_one(term, value[i], one_further(path, std::to_string(i)));
  }

  void read_one(const Term& term, const Json& value, const DocumentPath& path) {
    const auto refuse = [&] { complain(path, "'" + std::string(term.name) + "' takes " + describe_type(term)); };
    switch (term.takes) {
      case Term::Takes::key:
        if (!value.is_string()) return refuse();
        return read_key(term, value, path);
      case Term::Takes::word:
        if (!value.is_string() || std::ranges::find(term.words, value.get<std::string>()) == term.words.end()) refuse();
        return;
      case Term::Takes::line:
      case Term::Takes::text:
        if (!value.is_string()) return refuse();
        return refuse_hidden(term, value, path);
      case Term::Takes::number:
        if (!value.is_number_integer() || value < 1 || value > term.most) refuse();
        return;
      case Term::Takes::yes_or_no:
        if (!value.is_boolean()) refuse();
        return;
      case Term::Takes::values_of_fields:
        if (!value.is_object() || value.empty()) return refuse();
        for (const auto& [name, set] : value.items()) {
          found_.references.push_back({{one_further(path, name), true}, "custom_fields", name});
        }
        return;
      case Term::Takes::address:
        if (!value.is_string() || !key_problem(KeyForm::email, normal_key(KeyForm::email, value)).empty()) {
          complain(path, "'" + std::string(term.name) + "' takes an " + describe_type(term));
        }
        return;
      case Term::Takes::host:
      case Term::Takes::colour:
      case Term::Takes::locale:
      case Term::Takes::time_zone:
        if (!value.is_string() || !fits(term.takes, value.get<std::string>())) {
          complain(path, "'" + std::string(term.name) + "' takes a " + describe_type(term));
        }
        return;
      case Term::Takes::anything:
        return;
    }
  }

  // Escapes are seen in a file, and not where the text is shown.
  void refuse_hidden(const Term& term, const std::string& text, const DocumentPath& path) {
    const bool lines = term.takes == Term::Takes::text;
    const std::string hidden = hidden_character(text, lines ? Breaks::allowed : Breaks::hidden);
    if (hidden.empty()) return;
    complain(path, "'" + std::string(term.name) + "' holds a control or invisible character, " + hidden + ": " +
                       quoted_word(text));
  }

  static bool fits(Term::Takes takes, const std::string& text) {
    constexpr std::size_t most = 253;
    return text.size() <= most && std::regex_match(text, std::regex(std::string(find_pattern(takes))));
  }

  void read_key(const Term& term, const std::string& text, const DocumentPath& path) {
    if (std::ranges::find(term.words, text) != term.words.end()) return;
    const KeyForm form = find_kind(term.target)->keys;
    std::string key = normal_key(form, text);
    if (key_problem(form, key).empty()) {
      found_.references.push_back({{path, false}, term.target, std::move(key)});
    } else {
      complain(path, "'" + std::string(term.name) + "' takes " + describe_type(term) + ", not " + quoted_word(text));
    }
  }

  const DocumentForm& form_;
  DocumentReading found_;
};

Json& part_at(Json& value, const DocumentPath& path, std::size_t steps) {
  Json* at = &value;
  for (std::size_t i = 0; i < steps; ++i) at = at->is_array() ? &(*at)[std::stoul(path[i])] : &(*at)[path[i]];
  return *at;
}

}  // namespace

DocumentReading read_document_value(const DocumentForm& form, const std::string& key, const Json& value) {
  return DocumentReader(form).read(key, value);
}

bool can_name(const DocumentForm& form, std::string_view kind) {
  if (form.fields_too && kind == "custom_fields") return true;
  return std::ranges::any_of(form.terms, [&](const Term& term) {
    return term.target == kind || (term.takes == Term::Takes::values_of_fields && kind == "custom_fields");
  });
}

bool rename_in_document(const DocumentForm& form, const std::string& key, Json& value, std::string_view kind,
                        const std::string& from, const std::string& to) {
  bool renamed = false;
  for (const DocumentReference& reference : read_document_value(form, key, value).references) {
    if (reference.kind != kind || reference.key != from) continue;
    renamed = true;
    const DocumentPath& path = reference.place.path;
    if (reference.place.at_key) {
      Json& parent = part_at(value, path, path.size() - 1);
      Json moved = std::move(parent[path.back()]);
      parent.erase(path.back());
      parent[to] = std::move(moved);
    } else {
      Json& name = part_at(value, path, path.size());
      const bool descending = form.shape == DocumentForm::Shape::columns && name.get<std::string>().starts_with('-');
      name = descending ? "-" + to : to;
    }
  }
  return renamed;
}

}  // namespace acctl
