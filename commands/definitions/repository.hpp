// The files of a definitions repository, as `acctl init` lays them out: values, nothing is written here.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct RepositoryFile {
  std::string path;  // within the repository, "definitions/roles.yaml"
  std::string text;
  bool executable = false;
};

struct RepositoryContent {
  std::string document;        // the definitions to begin with: a pack, or an export
  std::set<std::string> only;  // of its kinds; empty: all, and the tests
  std::string manager;         // whom the files belong to; "" for the default
  std::vector<std::string> ci = {};
  std::string context = {};  // of .acctl.yaml; "" for none
};

// By path; equal content gives equal files. Throws Error(invalid) if nothing is left to begin with.
std::vector<RepositoryFile> repository_files(const RepositoryContent& content);

// A document cut before its top-level keys, each with the comments that precede it.
struct DocumentPart {
  std::string key;
  std::string text;
};
std::vector<DocumentPart> document_parts(std::string_view document);

}  // namespace acctl
