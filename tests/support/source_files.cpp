#include "tests/support/source_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace acctl::test {

namespace {

SourceFile read_source_file(const std::filesystem::path& file) {
  SourceFile source{std::filesystem::relative(file, ACCTL_SOURCE).string(), {}};
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) source.lines.push_back(line);
  return source;
}

}  // namespace

std::vector<SourceFile> read_source_files(const std::vector<std::string>& folders,
                                          const std::vector<std::string>& endings) {
  std::vector<SourceFile> all;
  for (const std::string& folder : folders) {
    const std::filesystem::path top = std::filesystem::path(ACCTL_SOURCE) / folder;
    if (!std::filesystem::is_directory(top)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top)) {
      const std::string ending = entry.path().extension().string();
      if (std::ranges::find(endings, ending) != endings.end()) all.push_back(read_source_file(entry.path()));
    }
  }
  std::ranges::sort(all, {}, &SourceFile::path);
  return all;
}

std::vector<SourceFile> read_program() { return read_source_files(program_folders, {".cpp", ".hpp"}); }

std::string place(const SourceFile& source, std::size_t index) { return source.path + ":" + std::to_string(index + 1); }

std::string without_comment(const std::string& line) {
  const std::size_t comment = line.find("//");
  return line.substr(
      0, comment != std::string::npos && (comment == 0 || line[comment - 1] != ':') ? comment : line.size());
}

std::vector<std::string> find_places(const std::vector<SourceFile>& all, const std::regex& pattern) {
  std::vector<std::string> found;
  for (const SourceFile& source : all) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      if (std::regex_search(without_comment(source.lines[i]), pattern)) {
        found.push_back(place(source, i) + ": " + source.lines[i]);
      }
    }
  }
  return found;
}

}  // namespace acctl::test
