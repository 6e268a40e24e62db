// Replaces ${name} and ${env:NAME} in the values of definitions; for provisioning/definitions only.
#pragma once

#include <map>
#include <string>

#include "provisioning/definitions/reading.hpp"

namespace acctl::reading {

class Variables {
 public:
  // `variables: {…}` of one file. All files share one namespace.
  void declare(const File& file, const YamlNode& node);

  // Replaces the references in all values of `node`. Keys take none, and are text to every reader. A scalar that is
  // exactly one reference becomes what the variable is, quoted or plain; all other text with a reference is text.
  void expand(const File& file, YamlNode& node);

 private:
  struct Variable {
    YamlNode value;
    Place place;
  };
  enum class From { environment, everywhere };

  // The value of `reference` ("name" or "env:NAME"); nullptr, with a complaint, if there is none.
  const YamlNode* find(const File& file, const YamlNode& at, const std::string& reference, From from);
  void expand_scalar(const File& file, YamlNode& scalar, From from);

  std::map<std::string, Variable> all_;
  std::size_t grown_ = 0;  // bytes that references have become
  YamlNode from_environment_;
};

}  // namespace acctl::reading
