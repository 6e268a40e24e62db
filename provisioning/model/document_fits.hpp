// Whether what documents name, set and compare fits them: a state of tickets is none of items, and a field has values
// of its type. Pure; that what they name exists is looked for elsewhere.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/model/documents.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// What an object has in a field, null if it has none; nullptr if that is not known.
using FieldLookup =
    std::function<const nlohmann::json*(std::string_view kind, const std::string& key, std::string_view field)>;

// What a document says of `key`, an object of `kind`, and that does not fit it.
struct DocumentMisfit {
  std::string_view kind;
  std::string key;
  std::string message;
};

// `owner`: the fields of the object that has the document.
std::vector<DocumentMisfit> find_misfits(const DocumentForm& form, const std::string& key, const nlohmann::json& value,
                                         const FieldValue& owner, const FieldLookup& lookup);

// What `value` would have to be for a custom field of this type; "" if it is that.
std::string field_value_problem(const std::string& type, const nlohmann::json& options, const nlohmann::json& value);

// Calls visit(custom field, text) for each text that the document sets a custom field to or compares it with: in a
// field of persons it is an address. The text may be changed.
void visit_field_texts(const DocumentForm& form, nlohmann::json& value,
                       const std::function<void(const std::string& field, std::string& text)>& visit);

// The addresses that such texts can be, of any field.
std::vector<std::string> find_field_addresses(const DocumentForm& form, const nlohmann::json& value);

}  // namespace acctl
