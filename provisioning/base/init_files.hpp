// The files of templates/init, which `acctl init` lays out.
#pragma once

#include <string_view>
#include <vector>

namespace acctl {

struct InitFile {
  std::string_view set;   // "common", "github", "gitlab"
  std::string_view path;  // within the repository: "ci/plan.sh"
  std::string_view text;
};

const std::vector<InitFile>& init_files();

}  // namespace acctl
