// The sources of the program, for tests that check laws by reading them.
#pragma once

#include <regex>
#include <string>
#include <vector>

namespace acctl::test {

struct SourceFile {
  std::string path;  // from the top of the repository
  std::vector<std::string> lines;

  bool in(const std::string& folder) const { return path.starts_with(folder + "/"); }
  bool is_header() const { return path.ends_with(".hpp"); }
};

inline const std::vector<std::string> program_folders = {"cli", "commands", "completions", "man", "provisioning"};

// Those below `folders` whose names end with one of `endings` (".cpp"), by path.
std::vector<SourceFile> read_source_files(const std::vector<std::string>& folders,
                                          const std::vector<std::string>& endings);

// The C++ sources of the program.
std::vector<SourceFile> read_program();

// "cli/app.cpp:12" of the line at `index`.
std::string place(const SourceFile& source, std::size_t index);

// The line without its comment; a `//` inside a string is rare enough to lose the rest of its line.
std::string without_comment(const std::string& line);

// All places where `pattern` is found outside comments, with their lines.
std::vector<std::string> find_places(const std::vector<SourceFile>& all, const std::regex& pattern);

}  // namespace acctl::test
