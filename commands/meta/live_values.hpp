// Live values are what completion offers beside the words of the command tree: names from databases and files.
#pragma once

#include "cli/session.hpp"
#include "completions/request.hpp"

namespace acctl {

// All values of `source` that begin with `prefix`, or more of them, for what the request has before them. Reads the
// databases that the session's settings name; throws what connecting and reading throw, and starts nothing.
std::vector<Candidate> read_live_values(Session& session, const CompletionRequest& request, Values source,
                                        const std::string& prefix);

}  // namespace acctl
