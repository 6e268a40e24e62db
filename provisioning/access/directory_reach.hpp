// Whom a directory's list reaches, and what its rows name that a tenant does not have. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioning/access/invitations.hpp"
#include "provisioning/model/state.hpp"

namespace acctl {

// The manager of users that came from a directory: only they are suspended when they are gone from it.
constexpr std::string_view directory_manager = "directory";

// The users whom a list may suspend for missing: those of the directory who are not suspended. Of a list that names
// identity providers, by an option, a column or external ids, not those of others.
class DirectoryReach {
 public:
  // `taken_over`: addresses of users of the directory who have another manager now. It has to outlive this.
  DirectoryReach(const std::vector<Invitee>& people, const std::set<std::string>& taken_over);

  bool reaches(const std::string& email, const Object& user) const {
    return is_of_directory(email, user) && !is_of_other_provider(user);
  }

  // One of the directory whose provider the list does not name.
  bool passes(const std::string& email, const Object& user) const {
    return is_of_directory(email, user) && is_of_other_provider(user);
  }

 private:
  bool is_of_directory(const std::string& email, const Object& user) const;
  bool is_of_other_provider(const Object& user) const;

  const std::set<std::string>& taken_over_;
  std::set<std::string> providers_;  // empty: the list does not tell them apart
};

// Finds roles, templates and teams that rows name and `state` does not have.
class MissingReferences {
 public:
  explicit MissingReferences(const State& state) : state_(state) {}

  // "there is no role 'a'; there is no team 'b'"; "" if all are there.
  std::string describe(const Invitee& person);

 private:
  const std::string& describe(const char* kind, const std::string& key);

  const State& state_;
  std::map<std::pair<std::string, std::string>, std::string> words_;  // a list can name one a hundred thousand times
};

}  // namespace acctl
