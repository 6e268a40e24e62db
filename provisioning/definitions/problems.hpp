// All that is wrong with an input, told together; for provisioning/definitions only.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

class Problems {
 public:
  void add(const Place& place, const std::string& message);

  // The same, and nothing more is said of that place: what follows from the problem is no news.
  void add_last(const Place& place, const std::string& message);

  // Takes over what an Error(invalid) tells of a file.
  void add(const Error& error);

  // Throws Error(invalid) where there are problems: sorted, the first hundred of them.
  void finish(const std::vector<std::string>& files);

 private:
  std::vector<Diagnostic> found_;
  std::size_t count_ = 0;
  std::set<std::tuple<std::string, int, int>> silent_;
};

}  // namespace acctl
