// What became of each of several tenants, as rows; and how a command over them ends.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

struct TenantResult {
  std::string slug;
  std::string result;  // "created", "suspended", "unchanged", "failed"
  std::optional<Error> error = {};
  std::string words = {};                                          // what people read instead: "held for deletion"
  std::string until = {};                                          // and until when
  nlohmann::ordered_json more = nlohmann::ordered_json::object();  // what a command adds to the record
};

// {"slug","result","error","kind","exit_code","hint"} and what is more; with -o name only those that have not failed.
void write_results(Session& session, const std::vector<TenantResult>& results);

// "1 created, 2 unchanged"; "" for none.
std::string count_results(const std::vector<TenantResult>& results);

// Throws what the failed ones come to: the error of a single one, an error of their kind if all failed in the same way,
// else Error(partial). `rehearsed`: they would fail.
void throw_failed(const std::vector<TenantResult>& results, bool rehearsed);

}  // namespace acctl
