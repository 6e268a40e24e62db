// Reads the files that -f names.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_limit = 10'000;
constexpr std::size_t entry_limit = 100'000;  // of all kinds: a folder such as / has no end
constexpr int link_depth_limit = 32;
constexpr std::size_t total_limit = 64u << 20;

using FileIdentity = std::pair<dev_t, ino_t>;

// The status of the target of a path; throws Error(invalid) if there is none.
struct stat read_path_status(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    throw Error(ErrorKind::invalid,
                "cannot read " + path + ": " + std::error_code(errno, std::generic_category()).message());
  }
  return status;
}

class Collector {
 public:
  std::vector<Source> collect(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) add(path);
    if (errors_.size() == 1) throw Error(errors_.front());
    if (!errors_.empty()) refuse_all();
    return std::move(sources_);
  }

 private:
  void add(const std::string& path) {
    try {
      if (path == "-") return add_standard_input();
      const struct stat status = read_path_status(path);
      if (!S_ISDIR(status.st_mode)) return add_file(path, {status.st_dev, status.st_ino});
      const std::size_t before = found_;
      std::vector<FileIdentity> above;
      add_folder(path, {status.st_dev, status.st_ino}, above);
      if (found_ == before) throw Error(ErrorKind::invalid, "the folder " + path + " contains no *.yaml or *.yml file");
    } catch (const Limit&) {
      throw;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      errors_.push_back(error);
    }
  }

  // Ends the reading at once; all other errors are reported together.
  struct Limit : Error {
    using Error::Error;
  };

  void add_standard_input() {
    if (standard_input_) throw Error(ErrorKind::invalid, "- is given twice; there is one standard input");
    standard_input_ = true;
    keep("standard input", read_standard_input(yaml_size_limit));
    sources_.back().from_standard_input = true;
  }

  void add_file(const std::string& path, const FileIdentity& identity) {
    if (++found_ > file_limit) throw Limit(ErrorKind::invalid, "more than 10,000 definitions files");
    if (!files_.insert(identity).second) throw Error(ErrorKind::invalid, path + " is named twice");
    keep(path, read_file(path, yaml_size_limit));
  }

  void keep(const std::string& name, std::string text) {
    total_ += text.size();
    if (total_ > total_limit) throw Limit(ErrorKind::invalid, "the definitions files together are larger than 64 MiB");
    sources_.push_back({.name = name, .text = std::move(text)});
  }

  void add_folder(const std::string& path, const FileIdentity& identity, std::vector<FileIdentity>& above) {
    if (std::ranges::find(above, identity) != above.end()) {
      throw Error(ErrorKind::invalid, "the folder " + path + " is a link to one of its parent folders");
    }
    if (above.size() >= link_depth_limit)
      throw Error(ErrorKind::invalid, "the folder " + path + " is deeper than 32 folders");
    above.push_back(identity);
    const std::string folder = path.ends_with('/') ? path : path + "/";
    for (const std::string& name : names_in(path)) {
      std::string entry = folder;
      entry += name;
      try {
        const bool yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        struct stat status = {};
        if (!yaml && stat(entry.c_str(), &status) != 0) continue;  // a dead link to who knows what
        if (yaml) status = read_path_status(entry);
        if (S_ISDIR(status.st_mode)) {
          add_folder(entry, {status.st_dev, status.st_ino}, above);
        } else if (yaml) {
          add_file(entry, {status.st_dev, status.st_ino});
          sources_.back().from_folder = true;
        }
      } catch (const Limit&) {
        throw;
      } catch (const Error& error) {
        errors_.push_back(error);
      }
    }
    above.pop_back();
  }

  // Sorted, without the hidden ones.
  std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code failed;
    fs::directory_iterator entries(folder, failed);
    for (; !failed && entries != fs::directory_iterator(); entries.increment(failed)) {
      if (++entries_ > entry_limit) throw Limit(ErrorKind::invalid, "more than 100,000 files and folders in " + folder);
      std::string name = entries->path().filename().string();
      if (!name.starts_with('.')) names.push_back(std::move(name));
    }
    if (failed) throw Error(ErrorKind::invalid, "cannot read the folder " + folder + ": " + failed.message());
    std::ranges::sort(names);
    return names;
  }

  [[noreturn]] void refuse_all() {
    std::vector<Diagnostic> all;
    for (const Error& error : errors_) {
      if (all.size() == 100) break;
      all.push_back({"", 0, 0, error.what()});
    }
    std::string hint;
    if (errors_.size() > all.size()) hint = std::to_string(errors_.size() - all.size()) + " more are not shown.";
    throw Error(ErrorKind::invalid, std::to_string(errors_.size()) + " definitions files cannot be read", hint,
                std::move(all));
  }

  std::vector<Source> sources_;
  std::vector<Error> errors_;
  std::set<FileIdentity> files_;
  std::size_t found_ = 0;
  std::size_t entries_ = 0;
  std::size_t total_ = 0;
  bool standard_input_ = false;
};

}  // namespace

std::vector<Source> read_sources(const std::vector<std::string>& paths) { return Collector().collect(paths); }

}  // namespace acctl
