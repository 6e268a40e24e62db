// YAML, read strictly: one document, plain data, a position for every node. What YAML offers beyond that (anchors,
// aliases, tags, merge keys, several documents) is refused, because it makes files that do not mean what they show.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/base/shared.hpp"

namespace acctl {

struct YamlEntry;

struct YamlNode {
  enum class Type : std::uint8_t { scalar, sequence, mapping };

  // A file of 100,000 users has a million nodes, most of them scalars.
  Type type : 3;
  bool quoted : 1;                // of a scalar: "no" and 'no' are strings whatever the schema would like
  int column : 28;                // from 1, in characters; a file has 2^26 at most
  int line = 0;                   // from 1
  std::string text = {};          // of a scalar
  SharedList<YamlNode> items;     // of a sequence
  SharedList<YamlEntry> entries;  // of a mapping, in the file's order; keys are unique scalars

  // g++ 12 takes no empty braces for a bit-field with a value of its own.
  YamlNode() : type(Type::scalar), quoted(false), column(0) {}
  void set_place(int new_line, int new_column) {
    line = new_line;
    column = new_column & 0x7ffffff;
  }
  bool is_null() const;  // nothing, `~` or `null`
  const YamlNode* find(std::string_view key) const;
  YamlNode* find(std::string_view key);
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

// Limits above any honest file, which can be the export of 100,000 users: 64 MiB, 4 MiB in one value (JSON counts as
// one), 64 levels, 3,000,000 nodes.
inline constexpr std::size_t yaml_size_limit = 64u << 20;
static_assert(sizeof(YamlNode) <= 56 && yaml_size_limit < 1u << 27);

// Throws Error(invalid) with all that is wrong, each with `file` and its place. An empty document is a null scalar.
YamlNode read_yaml(std::string_view text, const std::string& file);

// The same for callers that report more problems of the file: problems that reading can continue after (duplicate keys,
// anchors) are added to `slips`; only others are thrown, together with those. With slips, keys need not be unique.
YamlNode read_yaml(std::string_view text, const std::string& file, std::vector<Diagnostic>& slips);

// Whether a file may contain the character itself: no control characters, and none that only some parsers take for a
// line end. In double quotes an escape stands for any of them.
bool stands_in_yaml(std::uint32_t code);

// A plain scalar becomes what it looks like (integer, number, true, false, null), a quoted one a string.
nlohmann::json to_json(const YamlNode& node);

// Whether every YAML parser reads this scalar as text: `no`, `1e3` and `~` need quotes for that.
bool is_text(const YamlNode& scalar);

// Whether every YAML parser reads this scalar as the value that to_json() makes of it: they differ about `no`, `010`,
// `0x10` and `1e3`.
bool is_plain_data(const YamlNode& scalar);

// Block style, sorted as `value` is, strings quoted if a parser could read them as something else. A binary value is
// written as a plain scalar, for text that would mean something else in quotes.
std::string write_yaml(const nlohmann::ordered_json& value);

// "file:line:column: message" as an Error(invalid) of its own.
Error problem_at(const std::string& file, const YamlNode& node, const std::string& message);

}  // namespace acctl
