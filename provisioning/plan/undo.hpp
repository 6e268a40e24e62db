// The changes that an undo of a run has to make, as far as changes alone determine them. Pure.
#pragma once

#include <string>
#include <vector>

#include "provisioning/model/change.hpp"

namespace acctl {

// `changes` as they count at `now` (RFC 3339, UTC). A member that has expired does not exist, with or without the run:
// a grant that has expired since is no longer an addition, and one that would have expired is not restored.
SharedList<Change> without_ended(const SharedList<Change>& changes, const std::string& now);

// Whether without_ended() leaves `change` out.
bool has_ended(const Change& change, const std::string& now);

// "user_roles/ana@acme.example/agent ended at 2026-11-29T10:00:00Z" for each that without_ended() leaves out.
std::vector<std::string> ended_in(const std::vector<Change>& changes, const std::string& now);

// Whether both decide the same thing: that an object is there, or what one of its fields is.
bool decide_the_same(const Change& one, const Change& other);

}  // namespace acctl
