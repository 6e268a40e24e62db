// Reads definitions files into values: YAML checked against the table of kinds, several files as one input.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provisioning/model/definitions.hpp"

namespace acctl {

struct Source {
  std::string name;  // for messages: the path as given, "standard input", "pack helpdesk"
  std::string text;
  bool from_standard_input = false;
  bool from_folder = false;  // found in a folder, not named itself: it may be empty
};

// The files of `paths`: a file, a folder (all *.yaml and *.yml below it, hidden ones left out), "-" for standard input.
// Throws Error(invalid) for what cannot be read, is no regular file, is empty of files, or is named twice.
std::vector<Source> read_sources(const std::vector<std::string>& paths);

enum class References {
  open,   // objects that no file declares may exist in the tenant
  closed  // everything that is referred to must be declared, as in packs
};

struct ReadOptions {
  References references = References::open;
  bool allow_environment = false;                     // ${env:NAME}
  std::map<std::string, std::string> variables = {};  // in place of what the files give them
  // The newest tenant schema that this acctl knows, 0 to leave `schema:` unchecked.
  std::int64_t schema_head = 0;
  // What a tenant starts with, such as a pack: what no file declares must be declared there, except people.
  const Definitions* base = nullptr;
  // What ends with a valid mark is an export: what the tenant had is taken as it is, hidden characters of names
  // included.
  bool exports = false;
};

// Throws Error(invalid) with all problems of all files at once, or for a variable of the options that no file refers
// to. The order of `sources` does not matter.
Definitions read_definitions(const std::vector<Source>& sources, const ReadOptions& options = {});

// The objects that `definitions` refer to and do not declare, as "kind/key", sorted.
std::vector<std::string> open_references(const Definitions& definitions);

}  // namespace acctl
