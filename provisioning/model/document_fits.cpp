#include "provisioning/model/document_fits.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

std::string text_in(const FieldValue& value, std::string_view field, const std::string& otherwise = "") {
  const Json* known = value(field);
  if (known == nullptr) return "";
  return known->is_string() ? known->get<std::string>() : otherwise;
}

// "ticket" or "item"; "" if it is not known, or there is none.
std::string find_subject(const DocumentForm& form, const FieldValue& owner) {
  if (form.kind == "sla_policies") return "ticket";
  if (form.kind == "views") return "item";
  if (form.kind == "forms") return text_in(owner, "creates", "ticket");
  if (form.kind != "automations") return "";
  const std::string trigger = text_in(owner, "trigger");
  return trigger.substr(0, trigger.find('.'));
}

// Of the two kinds that are of tickets or of items.
std::string find_applies_to(const DocumentReference& named, const FieldLookup& lookup) {
  if (named.kind != "statuses" && named.kind != "custom_fields") return "";
  const Json* applies = lookup(named.kind, named.key, "applies_to");
  if (applies == nullptr) return "";
  if (applies->is_string()) return applies->get<std::string>();
  return named.kind == "custom_fields" ? "item" : "";
}

// Calls visit(custom field, value) for what conditions compare.
template <class Value, class Visit>
void each_comparison(const DocumentForm& form, Value& conditions, const Visit& visit) {
  if (!form.fields_too || !conditions.is_object()) return;
  for (auto wanted = conditions.begin(); wanted != conditions.end(); ++wanted) {
    if (std::ranges::find(form.terms, wanted.key(), &Term::name) == form.terms.end()) {
      visit(wanted.key(), wanted.value());
    }
  }
}

// Calls visit(custom field, value) for what steps set.
template <class Value, class Visit>
void each_setting(const DocumentForm& form, Value& steps, const Visit& visit) {
  if (form.shape != DocumentForm::Shape::steps || !steps.is_array()) return;
  for (auto& step : steps) {
    if (!step.is_object()) continue;
    for (const Term& term : form.terms) {
      const auto values = term.takes == Term::Takes::values_of_fields ? step.find(term.name) : step.end();
      if (values == step.end() || !values->is_object()) continue;
      for (auto value = values->begin(); value != values->end(); ++value) visit(value.key(), value.value());
    }
  }
}

// Whether what a field of this type takes depends on its options.
bool has_bounds(const std::string& type) {
  return type == "status" || type == "dropdown" || type == "number" || type == "rating";
}

bool is_choice(const Json& options, const Json& value) {
  const auto choices = options.is_object() ? options.find("choices") : options.end();
  return choices != options.end() && choices->is_array() &&
         std::find(choices->begin(), choices->end(), value) != choices->end();
}

double find_limit(const Json& options, const char* name, double otherwise) {
  const auto limit = options.is_object() ? options.find(name) : options.end();
  return limit == options.end() || !limit->is_number() ? otherwise : limit->get<double>();
}

std::string choice_problem(const Json& options, const Json& value) {
  const bool several = options.is_object() && options.value("multiple", Json()) == true && value.is_array();
  const bool fits =
      several ? !value.empty() && std::ranges::all_of(value, [&](const Json& one) { return is_choice(options, one); })
              : value.is_string() && is_choice(options, value);
  return fits ? "" : several ? "some of its choices" : "one of its choices";
}

std::string number_problem(const Json& options, const Json& value) {
  constexpr double most = 1e308;
  const bool fits = value.is_number() && value.get<double>() >= find_limit(options, "minimum", -most) &&
                    value.get<double>() <= find_limit(options, "maximum", most);
  return fits ? "" : "a number within its limits";
}

std::string rating_problem(const Json& options, const Json& value) {
  const double most = find_limit(options, "maximum", 5);
  if (value.is_number_integer() && value >= 0 && value.get<double>() <= most) return "";
  return "a whole number from 0 to " + std::to_string(static_cast<std::int64_t>(most));
}

bool is_day(const Json& value) { return value.is_string() && is_date(value.get_ref<const std::string&>()); }

std::string timeline_problem(const Json& value) {
  if (value.is_object() && value.size() == 2 && value.contains("start") && value.contains("end") &&
      is_day(value["start"]) && is_day(value["end"]) && value["start"] <= value["end"]) {
    return "";
  }
  return "{start: DATE, end: DATE}, in that order";
}

std::string link_problem(const Json& value) {
  const Json* address = &value;
  if (value.is_object() && value.contains("url")) address = &value["url"];
  if (address->is_string()) {
    const auto& text = address->get_ref<const std::string&>();
    for (const std::string_view scheme : {"http://", "https://", "mailto:"}) {
      if (text.starts_with(scheme) && text.size() > scheme.size() && text.find(' ') == std::string::npos) return "";
    }
  }
  return "an address that begins with http://, https:// or mailto:";
}

// Whoever reads the value may know people by their ids, too.
std::string person_problem(const Json& value) {
  const auto is_person = [](const Json& one) {
    if (!one.is_string()) return one.is_number_integer() && one > 0;
    const auto& text = one.get_ref<const std::string&>();
    return text == "none" || text == "creator" || key_problem(KeyForm::email, normal_key(KeyForm::email, text)).empty();
  };
  const bool fits = value.is_array() ? !value.empty() && std::ranges::all_of(value, is_person) : is_person(value);
  return fits ? "" : "the address of a user, or a list of addresses";
}

// A condition names one or several values, "me" for whoever looks, and a field that is computed has some, too.
std::string comparison_problem(const std::string& type, const Json& options, const Json& value) {
  if (type == "formula") return "";
  const auto problem = [&](const Json& one) {
    return type == "person" && one == "me" ? "" : field_value_problem(type, options, one);
  };
  if (!value.is_array()) return problem(value);
  for (const Json& one : value) {
    if (std::string found = problem(one); !found.empty()) return found;
  }
  return "";
}

}  // namespace

std::string field_value_problem(const std::string& type, const Json& options, const Json& value) {
  if (type == "formula") return "no value: it is computed";
  if (value.is_null()) return "";
  if (type == "status" || type == "dropdown") return choice_problem(options, value);
  if (type == "number") return number_problem(options, value);
  if (type == "rating") return rating_problem(options, value);
  if (type == "checkbox") return value.is_boolean() ? "" : "true or false";
  if (type == "date") return is_day(value) ? "" : "a date as YYYY-MM-DD";
  if (type == "timeline") return timeline_problem(value);
  if (type == "link") return link_problem(value);
  if (type == "person") return person_problem(value);
  return "";
}

std::vector<DocumentMisfit> find_misfits(const DocumentForm& form, const std::string& key, const Json& value,
                                         const FieldValue& owner, const FieldLookup& lookup) {
  std::vector<DocumentMisfit> misfits;
  const std::string subject = find_subject(form, owner);
  if (!subject.empty()) {
    for (const DocumentReference& named : read_document_value(form, key, value).references) {
      const std::string applies_to = find_applies_to(named, lookup);
      if (applies_to.empty() || applies_to == subject) continue;
      misfits.push_back({named.kind, named.key,
                         "'" + std::string(form.field) + "' is about " + subject + "s, and " + std::string(named.kind) +
                             "/" + named.key + " is of " + applies_to + "s"});
    }
  }
  const auto check = [&](const std::string& field, const Json& said, auto find_problem) {
    const Json* type = lookup("custom_fields", field, "type");
    if (type == nullptr || !type->is_string()) return;
    const auto& sort = type->get_ref<const std::string&>();
    const Json* options = lookup("custom_fields", field, "options");
    if (options == nullptr && has_bounds(sort)) return;
    const std::string problem = find_problem(sort, options == nullptr ? Json() : *options, said);
    if (problem.empty()) return;
    misfits.push_back({"custom_fields", field,
                       "custom_fields/" + field + " of type " + sort + " takes " + problem + ", not " +
                           abbreviated(said.dump(-1, ' ', false, Json::error_handler_t::replace))});
  };
  each_setting(form, value, [&](const std::string& field, const Json& set) { check(field, set, field_value_problem); });
  each_comparison(form, value,
                  [&](const std::string& field, const Json& wanted) { check(field, wanted, comparison_problem); });
  return misfits;
}

void visit_field_texts(const DocumentForm& form, Json& value,
                       const std::function<void(const std::string& field, std::string& text)>& visit) {
  const auto visit_texts = [&](const std::string& field, Json& said) {
    if (said.is_string()) visit(field, said.get_ref<std::string&>());
    if (!said.is_array()) return;
    for (Json& one : said) {
      if (one.is_string()) visit(field, one.get_ref<std::string&>());
    }
  };
  each_setting(form, value, visit_texts);
  each_comparison(form, value, visit_texts);
}

std::vector<std::string> find_field_addresses(const DocumentForm& form, const Json& value) {
  std::vector<std::string> addresses;
  Json copy = value;
  visit_field_texts(form, copy, [&](const std::string&, const std::string& text) {
    std::string address = normal_key(KeyForm::email, text);
    if (key_problem(KeyForm::email, address).empty()) addresses.push_back(std::move(address));
  });
  return addresses;
}

}  // namespace acctl
