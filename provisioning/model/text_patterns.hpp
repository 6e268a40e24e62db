// What names.hpp and field_formats.hpp take of texts, as regular expressions for JSON Schemas, and the same in words.
// They may take more than the checks do, and never less: an editor must not mark what acctl accepts. Both ECMAScript
// and Python read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acctl::patterns {

struct TextPattern {
  std::string pattern;
  std::string words;  // a noun phrase, to follow "takes"
};

const TextPattern& email();
const TextPattern& hostname();
const TextPattern& slug();          // of a tenant
const TextPattern& registry_key();  // of plans, enterprises, labels, managers of tenants
const TextPattern& label_key();     // one that is no property of tenants
const TextPattern& label_value();
const TextPattern& display_name();
const TextPattern& visible_line();  // without control and invisible characters
const TextPattern& date();
const TextPattern& moment();
const TextPattern& sender();            // an address, or 'Name <address>'
const TextPattern& tenant_condition();  // as in --match
const TextPattern& match_key();         // of a mapping of tenants' properties and labels to what they may be

// The same where nothing may stand as well.
TextPattern or_empty(const TextPattern& pattern);

// "(roles|teams)"
std::string make_alternation(const std::vector<std::string_view>& words);

}  // namespace acctl::patterns
