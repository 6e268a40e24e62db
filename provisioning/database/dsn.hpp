// Parses a libpq connection string once, so that parts of it can be replaced.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace acctl {

class Dsn {
 public:
  Dsn() = default;

  // A libpq URI or "key=value …". Throws Error(invalid) if libpq cannot read it. The message never repeats the text: it
  // may hold a password.
  static Dsn parse(std::string_view text);

  Dsn with(const std::string& key, const std::string& value) const;
  const std::map<std::string, std::string>& parameters() const { return parameters_; }
  std::string get(const std::string& key) const;

  // Whether one of the parameters is a password or stands for one.
  bool holds_secret() const;

  // As a URI, without its secrets: fit for messages and for `acctl local url`.
  std::string display() const;

 private:
  std::map<std::string, std::string> parameters_;
};

}  // namespace acctl
