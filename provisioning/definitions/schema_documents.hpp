// The JSON Schemas of documents among the fields: conditions, actions, filters, questions, settings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "provisioning/model/documents.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// Of the value of a field with that form. `title` is that of the field.
nlohmann::ordered_json form_schema(const DocumentForm& form, const std::string& title);

// Of the mapping of settings: those that are known, and the groups that are no settings themselves.
nlohmann::ordered_json settings_schema(const DocumentForm& form);

// What a key of that form takes, to follow "takes".
std::string describe_key_form(KeyForm form);

}  // namespace acctl
