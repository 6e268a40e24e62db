// Reads and writes the ledger of a tenant: what ran, what it changed, what each manager declared last. Entries are
// written in the transaction that they describe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

struct RunRecord {
  std::int64_t id = 0;
  std::string run;
  std::string at;  // RFC 3339, UTC
  std::string command;
  std::string outcome;  // done, refused
  std::string actor;
  std::string as;  // the tenant's user on whose behalf, and by whose rights; "" for staff in their own right
  std::string origin;
  std::string reason;
  std::string commit;
  std::string manager;
  std::string loosened;
  std::string message;
  std::string undoes;     // the run that it undid
  std::string undone_by;  // the run that undid it and stands, which is itself not undone
  std::int64_t changes = 0;
};

// What to_string() said.
Action parse_action(std::string_view word);

// What `fields` of the ledger and of saved plans hold: {"name": {"before", "after"}}.
nlohmann::json to_json(const FieldChanges& fields);
// Throws nlohmann's exceptions for another shape.
FieldChanges fields_from_json(const nlohmann::json& fields);

// Its outcome and everything it says; id, time, undone_by and the number of changes are the database's. Returns the id.
std::int64_t record_run(Transaction& transaction, const RunRecord& run,
                        const std::vector<const std::vector<Change>*>& changes,
                        std::optional<std::int64_t> undoes = {});

// The newest first. `run`: only this one; "" for all.
std::vector<RunRecord> list_runs(Connection& tenant, const std::string& run, std::int64_t limit);

// In their order of execution. Additions::by_name: without the fields of what was added, unless it
// ends or has a scope.
enum class Additions { whole, by_name };
// Each with the number of all of them.
void visit_changes_of_run(Connection& tenant, std::int64_t id, Additions additions,
                          const std::function<void(Change change, std::size_t count)>& visit);
std::vector<Change> changes_of_run(Connection& tenant, std::int64_t id, Additions additions = Additions::whole);

// Whether the run is in the ledger as done: after a lost connection, whether its commit arrived.
bool is_recorded(Connection& tenant, const std::string& run);

// After a run that wrote so many rows: what is asked next must not be planned as if the tables were empty.
void refresh_statistics(Transaction& transaction, std::size_t changes);

}  // namespace acctl
