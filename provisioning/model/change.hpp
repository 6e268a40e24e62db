// One difference between two states of a tenant: a plan lists it, the ledger records it, undo inverts it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioning/model/state.hpp"

namespace acctl {

enum class Action { add, change, remove };

struct FieldChange {
  nlohmann::json before;  // null: not set
  nlohmann::json after;
  bool operator==(const FieldChange&) const = default;
};

// By the field's name.
using FieldChanges = NamedValues<FieldChange>;

struct Change {
  Action action = Action::add;
  Interned kind;    // of objects or of edges
  std::string key;  // for a rename the new one
  // Of an addition or a removal all that is set. Besides the kind's fields: "manager", the object's owner, for
  // a rename "key", and for users "status", if it is or was other than invited.
  FieldChanges fields;
  Place place;  // the declaration that asks for it; line 0 if no file does

  // The key that the object has before; differs from `key` for a rename.
  std::string old_key() const;
  // Whether it makes the field `value`.
  bool sets(std::string_view field, const nlohmann::json& value) const;
  // Whether it only takes over an object that had no manager.
  bool is_adoption() const;
};

std::string_view to_string(Action action);  // "add", "change", "remove"

// "roles/support-agent"
std::string to_address(const Change& change);

// "tickets.edit", "tickets.view:group"; "*" for everything. A role gives the same to many.
using PermissionList = SharedList<std::string>;

// Someone's access that changes with a plan.
struct Effect {
  std::string user;  // e-mail address, or the name of an API key: "organization/bot"
  PermissionList gains;
  PermissionList loses;
  Interned via;  // "role:support-agent, direct"
};

// Rows that are no configuration and refer to an object that is removed.
struct TakenAlong {
  // Deleted with it; ended, and kept as what has ended; or released: they stay without it, and undo gives them back.
  enum class Fate { deleted, ended, released };
  std::string object;      // "automations/close-old"
  Interned what;           // one of them, in the singular: "run"
  std::int64_t count = 0;  // of them
  Fate fate = Fate::deleted;
};

std::string_view to_string(TakenAlong::Fate fate);  // "deleted", "ended", "released"

// What would change in one tenant, described entirely.
struct Plan {
  SharedList<Change> changes;    // in the order of execution, without adoptions
  SharedList<Change> adoptions;  // in the order of execution
  std::vector<Effect> effects;   // by user
  // "teams/old", "roles/agent permissions tickets.view": of this manager, no longer declared, and kept because --prune
  // was not given.
  std::vector<std::string> prunable;
  // "roles/agent (manager hr)": would be removed, though the last files of another manager declare it.
  std::vector<std::string> declared_elsewhere = {};
  SharedList<TakenAlong> taken_along = {};  // by object
  std::vector<std::string> remarks = {};    // what else it means, as sentences without an end
  std::size_t moved_guests = 0;             // invited users whose address changes, who are invited again

  bool empty() const { return changes.empty() && adoptions.empty(); }
};

// 64 hexadecimal digits, equal for plans with equal changes and for no others.
std::string compute_digest(const Plan& plan);

}  // namespace acctl
