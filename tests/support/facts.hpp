// A tenant's configuration as single facts, read from its tables without acctl: which field of which object has which
// value, who is a member of what. Objects are told by their rows, not by their names, so that one that was renamed is
// the same, and one that was deleted and made again is another.
#pragma once

#include <map>
#include <set>
#include <string>

#include "provisioning/database/connection.hpp"

namespace acctl::test {

// "teams 7 name" -> "\"Tier 1\"", "team_members 7/3 " -> "{}"
using Facts = std::map<std::string, std::string>;

// Fact -> its value in each of two states; "" where it was or is not.
using Difference = std::map<std::string, std::pair<std::string, std::string>>;
Difference difference(const Facts& before, const Facts& after);

// `difference` taken back from `facts`.
Facts taken_back(Facts facts, const Difference& difference);

class FactBook {
 public:
  explicit FactBook(Connection& tenant) : tenant_(tenant) {}

  Facts read();

  // The objects that `expected` has and the last reading had not come back under other ids: they are found by name.
  void expect_back(const Facts& expected);

  // All names that the object, or the two objects, of a fact ever had.
  std::set<std::string> names_of(const std::string& fact) const;

 private:
  struct Row {
    std::string text;
    Facts facts;
  };

  std::string known(const std::string& kind, const std::string& id) const;
  Facts facts_of_row(const std::string& kind, const std::string& id, const std::string& text) const;

  Connection& tenant_;
  std::map<std::string, std::string> ids_;              // "teams 12" -> the id that it had first
  std::map<std::string, std::set<std::string>> names_;  // "teams 7" -> keys
  std::map<std::string, std::string> back_;             // "teams tier-1" -> id
  std::map<std::string, Row> rows_;                     // as they were read last: few of them change at a time
};

}  // namespace acctl::test
