// An access review as records: a table, CSV, JSON or YAML.
#pragma once

#include <memory>

#include "commands/reports/review_writer.hpp"

namespace acctl {

// Writes to standard output; the summary of each tenant goes to standard error, by tell().
std::unique_ptr<ReviewWriter> record_review(Session& session, OutputFormat format);

}  // namespace acctl
