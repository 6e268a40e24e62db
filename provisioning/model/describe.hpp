// The table of kinds in words, for explain and the manual.
#pragma once

#include <string>

#include "provisioning/model/documents.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

// "text", "whole number from 1 to 100", "one of open, pending, done", "key of projects".
std::string describe_type(const Field& field);

// "list of permissions"
std::string describe_type(const List& list);

// "organization", "#808080", "{}"; "" for what is not set by default or has no default.
std::string describe_default(const Field& field);

// The field's help with what else is to be known of it, as sentences.
std::string describe_property(const Field& field);
std::string describe_property(const List& list);
std::string describe_property(const Term& term);

// "keys of roles", "e-mail addresses": what the keys of a kind are.
std::string describe_keys(const Kind& kind);

}  // namespace acctl
