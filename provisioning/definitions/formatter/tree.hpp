// Reads a definitions file with its comments, each at the entry that it belongs to; for provisioning/definitions only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioning/definitions/yaml.hpp"

namespace acctl::layout {

struct Entry;

struct Value {
  const YamlNode* node = nullptr;
  // Of a scalar written as `|` or `>` that can stay one: "|", "|-", ">" or ">-", and its lines without indentation.
  std::string style;
  std::vector<std::string> lines;
  std::vector<Entry> entries;     // of a mapping or a sequence
  std::vector<std::string> tail;  // comments behind the last entry
};

struct Entry {
  const YamlNode* key = nullptr;  // of a mapping
  Value value;
  std::vector<std::string> above;  // comments, a line each
  std::string beside;              // comment at the end of its line
  bool blank = false;              // a blank line comes before it
};

struct Tree {
  YamlNode root;
  std::vector<std::string> head;      // comments on top of the file, set off by a blank line
  Value value;                        // points into `root`
  std::vector<std::string> comments;  // all of them, sorted
};

// Throws as read_yaml() does, and Error(invalid) if the document is not a mapping.
void read_tree(Tree& tree, std::string_view text, const std::string& name);

}  // namespace acctl::layout
