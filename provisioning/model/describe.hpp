// The table of kinds in words, for explain and the manual.
#pragma once

#include <string>

#include "provisioning/model/documents.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// "text", "whole number from 1 to 100", "one of open, pending, done", "key of projects".
std::string type_of(const Field& field);

// "list of permissions"
std::string type_of(const List& list);

// "organization", "#808080", "{}"; "" for what is not set by default or has no default.
std::string default_of(const Field& field);

// The field's help with what else is to be known of it, as sentences.
std::string explanation_of(const Field& field);
std::string explanation_of(const List& list);
std::string explanation_of(const Term& term);

// "keys of roles", "e-mail addresses": what the keys of a kind are.
std::string keys_of(const Kind& kind);

}  // namespace acctl
