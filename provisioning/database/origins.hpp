// Finds which run made the rows behind objects and members, to distinguish what a run added from what was removed and
// added again under the same name. A run and the rows that it adds have the same time to the microsecond, that of their
// transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/database/connection.hpp"

namespace acctl {

struct Origin {
  std::string kind;
  std::string key;
  std::string at;                   // RFC 3339, UTC
  std::optional<std::int64_t> run;  // of the ledger; nothing if no run made it
  std::string name;                 // of that run
  std::string actor;
  bool is_undo = false;   // it restored the row
  bool is_later = false;  // than the run that was asked about
};

enum class RowLock { none, update };

// The present keys of objects and members, by kind.
using KeysByKind = std::map<std::string_view, std::vector<std::string_view>>;

// Visits each of these objects and members that is there; `run` is the one to compare with. With RowLock::update the
// objects are locked, so that until the transaction ends nothing else can come to refer to them.
void visit_origins(Connection& tenant, const KeysByKind& keys, std::int64_t run, RowLock lock,
                   const std::function<void(const Origin&)>& visit);

}  // namespace acctl
