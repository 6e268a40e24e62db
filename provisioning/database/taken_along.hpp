// What refers to the configuration without being configuration: what becomes of it when an object is removed, or keeps
// the object from that.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/database/connection.hpp"
#include "provisioning/model/change.hpp"

namespace acctl {

// A column of the tenant's tables whose rows are removed, ended or cleared with the object that it refers to. A test
// fails for a foreign key that does so and is neither here nor in the table of a list. What is released comes back by
// undo: templates/tenant/0026_people_and_providers.sql.
struct Dependent {
  std::string_view kind;    // of the object
  std::string_view table;   // "app.automation_runs"
  std::string_view column;  // "automation_id"
  std::string_view what;    // one of its rows: "run"
  TakenAlong::Fate fate = TakenAlong::Fate::deleted;
  std::string_view only = "true";  // which rows `x` of those of object `o`
};
std::span<const Dependent> dependents();

// What goes with the objects that `changes` remove, or is let go by them, and what ends with users whom they suspend.
// One round trip, none if they do neither.
std::vector<TakenAlong> find_taken_along(Connection& tenant, const std::vector<Change>& changes);

// "cannot be restored: 412 runs of automations/close-old, 3 API keys of 2 users", for the ledger: what undo cannot
// bring back; "" for nothing.
constexpr std::string_view not_restorable = "cannot be restored: ";
std::string describe_lost(const std::vector<TakenAlong>& taken);

// A column of the tenant's tables whose rows keep the object that they refer to: the database refuses to remove it, or
// to let it apply to something else. A test fails for a foreign key that refuses and is neither here nor of the
// configuration itself, whose references plans know.
struct Holder {
  std::string_view kind;           // of the object
  std::string_view table;          // "app.items"
  std::string_view column;         // "project_id"
  std::string_view what;           // one of its rows: "item"
  std::string_view way_out;        // a sentence
  std::string_view only = "true";  // which rows `x` still refer to the object when it goes
};
std::span<const Holder> holders();

// What `changes` cannot do because of such rows.
struct Obstacle {
  std::string change;  // "projects/old cannot be removed"
  std::string what;    // one of the rows: "item"
  std::int64_t count = 0;
  std::string way_out;
};
std::vector<Obstacle> find_obstacles(Connection& tenant, const std::vector<Change>& changes);

}  // namespace acctl
