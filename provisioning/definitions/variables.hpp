// Replaces ${name} and ${env:NAME} in the values of definitions; for provisioning/definitions only.
#pragma once

#include <map>
#include <set>
#include <string>

#include "provisioning/definitions/reading.hpp"

namespace acctl::reading {

class Variables {
 public:
  explicit Variables(const ReadOptions& options);

  // `variables: {…}` of one file. All files share one namespace.
  void declare(const File& file, const YamlNode& node);

  // Replaces the references in all values of `node`. Keys take none, and are text to every reader. A scalar that is
  // exactly one reference becomes what the variable is, quoted or plain; all other text with a reference is text.
  void expand(const File& file, YamlNode& node);

  // Throws Error(invalid) for a variable of the options that was neither declared nor referred to.
  void require_known() const;

 private:
  struct Variable {
    YamlNode value;
    Place place;
  };
  enum class From { environment, everywhere };

  // The value of what is `written` ("name", "env:NAME", either with ":-default" behind); nullptr, with a complaint, if
  // there is none.
  const YamlNode* find(const File& file, const YamlNode& at, const std::string& written, From from);
  void expand_scalar(const File& file, YamlNode& scalar, From from);

  std::map<std::string, Variable> all_;
  std::map<std::string, YamlNode> given_;  // by the options
  std::set<std::string> known_;            // of those, what the files know
  std::size_t grown_ = 0;                  // bytes that references have become
  YamlNode passing_;                       // from the environment, or a default
};

}  // namespace acctl::reading
