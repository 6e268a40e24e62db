#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "completions/request.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

std::vector<Candidate> list_file_names(const std::string& prefix) {
  const std::size_t slash = prefix.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : prefix.substr(0, slash + 1);
  const std::string typed = prefix.substr(folder.size());
  // The shell hands over what is typed, before it puts the home folder in.
  std::string place = folder.empty() ? "." : folder;
  const char* home = std::getenv("HOME");
  if (place.starts_with("~/") && home != nullptr) place = home + place.substr(1);

  std::vector<Candidate> all;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(place, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    const bool is_wanted = name.starts_with(typed) && (name[0] != '.' || typed.starts_with('.'));
    // One that would be shown otherwise than it is called cannot be offered.
    if (!is_wanted || escaped(name) != name) continue;
    std::error_code unknown;
    all.push_back({folder + name + (at->is_directory(unknown) ? "/" : "")});
  }
  std::ranges::sort(all, {}, &Candidate::word);
  return all;
}

}  // namespace acctl
