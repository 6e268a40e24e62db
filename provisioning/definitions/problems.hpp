// Collects the problems of an input, which are reported together; for provisioning/definitions only.
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

  // The same, and later problems at that place are ignored: they follow from this one.
  void add_last(const Place& place, const std::string& message);

  // Adds the diagnostics of an Error(invalid).
  void add(const Error& error);

  // Throws Error(invalid) if there are problems: sorted, the first hundred of them.
  void finish(const std::vector<std::string>& files);

 private:
  std::vector<Diagnostic> found_;
  std::size_t count_ = 0;
  std::set<std::tuple<std::string, int, int>> silent_;
};

}  // namespace acctl
