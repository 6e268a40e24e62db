#include "provisioning/database/write.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "provisioning/base/step.hpp"
#include "provisioning/database/parts.hpp"
#include "provisioning/database/write_statements.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// A temporary key for an object whose new key another object still has, or whose key another object gets.
std::string key_underway(const Kind& kind, std::size_t number) {
  const std::string digits = std::to_string(number);
  switch (kind.keys) {
    case KeyForm::email:
      return "acctl-" + digits + "@moving.invalid";
    case KeyForm::permission:
      return "acctl-moving." + digits;
    case KeyForm::key:
      break;
  }
  return "acctl-moving-" + digits;
}

// Kind -> new key -> old key, of the renames that are not carried out yet: changes name everything by its new key.
using Pending = std::map<std::string, std::map<std::string, std::string>>;

std::string key_now(const Pending& pending, std::string_view kind, const std::string& key) {
  const auto of_kind = pending.find(std::string(kind));
  if (of_kind == pending.end()) return key;
  const auto renamed = of_kind->second.find(key);
  return renamed == of_kind->second.end() ? key : renamed->second;
}

// From `first` on, what has the same kind and action.
using Iterator = std::vector<Change>::const_iterator;

// PostgreSQL checks keys row by row, not for the statement as a whole: an object whose key another one takes over gives
// it up first, even if it is removed only later. `removed` maps the names that such objects have in the changes to
// their keys, and afterwards to the temporary ones.
void leave_keys(Connection& tenant, const Kind& kind, Json& rows, std::map<std::string, std::string>& removed) {
  std::set<std::string> taken_over;
  for (const Json& row : rows) {
    if (row["f"].contains("key")) taken_over.insert(row["f"]["key"]);
  }
  Json moving = Json::array();
  const auto leave = [&](const std::string& key) {
    std::string underway = key_underway(kind, moving.size() + 1);
    moving.push_back({{"key", key}, {"underway", underway}});
    return underway;
  };
  for (Json& row : rows) {
    if (!row["f"].contains("key") || !taken_over.contains(row["key"])) continue;
    row["key"] = leave(row["key"]);
  }
  for (auto& [name, key] : removed) key = leave(key);
  if (!moving.empty()) tenant.query(move_objects_sql(kind).c_str(), {moving.dump()});
}

// The same for other unique values: all are cleared before the first is given. An object that keeps one beside what
// changes gets it back by the same statement.
void leave_values(Connection& tenant, const Kind& kind, const std::vector<std::string_view>& fields,
                  std::set<std::string>& spoken, Json& rows) {
  const bool changing =
      std::ranges::any_of(fields, [&](std::string_view field) { return spoken.contains(std::string(field)); });
  if (rows.size() < 2 || !changing) return;
  const Rows parked = tenant.query(park_values_sql(kind, fields).c_str(), {rows.dump()});
  std::map<std::string_view, std::string_view> had;
  for (const Row row : parked) had.emplace(row.view(0), row.view(1));
  const std::string last(fields.back());
  for (Json& row : rows) {
    const auto value = had.find(row["key"].get_ref<const std::string&>());
    if (value == had.end() || row["f"].contains(last)) continue;
    row["f"][last] = Json::parse(value->second);
    spoken.insert(last);
  }
}

// A cascade must not remove what the plan does not: members that were added in the meantime, or were not read.
void refuse_leftovers(Connection& tenant, const Kind& kind, const Json& rows) {
  const std::string sql = leftovers_sql(kind);
  if (sql.empty()) return;
  const Rows left = tenant.query(sql.c_str(), {rows.dump()});
  if (left.empty()) return;
  throw Error(ErrorKind::conflict,
              std::string(kind.name) + "/" + std::string(left.text(0, 0)) +
                  " cannot be removed: it still belongs together with " + std::string(left.text(0, 1)) +
                  ", and the plan does not end that",
              "Run the command again.");
}

// The objects of `kind` that the changes from `first` on remove under a name of their own, because another object takes
// over the key: that name, and the key that the object still has.
std::map<std::string, std::string> replaced_from(Iterator first, Iterator end, const Kind& kind) {
  std::map<std::string, std::string> all;
  for (auto change = first; change != end; ++change) {
    if (change->kind != kind.name || change->action != Action::remove || change->old_key() == change->key) continue;
    all.emplace(change->key, change->old_key());
  }
  return all;
}

Json object_rows(const Kind& kind, Iterator first, Iterator last, const Pending& pending) {
  Json rows = Json::array();
  for (auto change = first; change != last; ++change) {
    Json values = Json::object();
    for (const auto& [name, field] : change->fields) {
      if (change->action != Action::remove) values[name.str()] = field.after;
    }
    for (const Field& field : kind.fields) {
      if (field.type != FieldType::reference) continue;
      const auto value = values.find(field.name);
      if (value != values.end() && value->is_string()) *value = key_now(pending, field.target, *value);
    }
    if (change->action == Action::add) {
      values["key"] = change->key;
      rows.push_back(std::move(values));
    } else {
      const bool replaced = change->action == Action::remove && change->old_key() != change->key;
      rows.push_back(
          {{"key", replaced ? key_now(pending, kind.name, change->key) : change->old_key()}, {"f", std::move(values)}});
    }
  }
  return rows;
}

void write_rows(Connection& tenant, const Kind& kind, Action action, const std::string& sql, const Json& rows) {
  const std::int64_t count = tenant.query(sql.c_str(), {rows.dump()}).affected();
  const auto wanted = static_cast<std::int64_t>(rows.size());
  if (count == wanted) return;
  throw Error(ErrorKind::conflict,
              std::to_string(wanted - count) + " of the " + std::string(kind.name) + " to " +
                  std::string(to_string(action)) + " are gone",
              "Run the command again.");
}

void add_rows(Connection& tenant, const Kind& kind, Json rows, const FormerIds& returning) {
  Json former = Json::array();
  if (kind.name == "users" && !returning.empty()) {
    Json fresh = Json::array();
    for (Json& row : rows) {
      const auto id = returning.find(row["key"].get_ref<const std::string&>());
      if (id != returning.end()) row["id"] = id->second;
      (id == returning.end() ? fresh : former).push_back(std::move(row));
    }
    rows = std::move(fresh);
  }
  if (!former.empty()) write_rows(tenant, kind, Action::add, insert_objects_sql(kind, Ids::given), former);
  if (!rows.empty()) write_rows(tenant, kind, Action::add, insert_objects_sql(kind), rows);
}

// All at once, for keys and unique values move between them: everything is left before the first is given.
void write_moves(Connection& tenant, const Kind& kind, Json rows, std::set<std::string> spoken,
                 std::map<std::string, std::string>& removed) {
  leave_keys(tenant, kind, rows, removed);
  for (const auto& fields : kind.unique_values()) leave_values(tenant, kind, fields, spoken, rows);
  const std::string sql = update_objects_sql(kind, spoken);
  auto& all = rows.get_ref<Json::array_t&>();
  in_parts(all.begin(), all.end(), [&](auto first, auto last) {
    write_rows(tenant, kind, Action::change, sql,
               Json(Json::array_t(std::make_move_iterator(first), std::make_move_iterator(last))));
  });
}

bool are_moves(const Kind& kind, const std::set<std::string>& spoken) {
  return spoken.contains("key") || std::ranges::any_of(kind.unique_values(), [&](const auto& fields) {
           return std::ranges::any_of(fields,
                                      [&](std::string_view field) { return spoken.contains(std::string(field)); });
         });
}

void change_objects(Connection& tenant, const Kind& kind, Iterator first, Iterator last, Iterator end,
                    Pending& pending) {
  std::set<std::string> spoken;
  for (auto change = first; change != last; ++change) {
    for (const auto& [name, field] : change->fields) spoken.insert(name);
  }
  std::map<std::string, std::string> removed = replaced_from(last, end, kind);
  if (!removed.empty() || are_moves(kind, spoken)) {
    write_moves(tenant, kind, object_rows(kind, first, last, pending), spoken, removed);
  } else {
    const std::string sql = update_objects_sql(kind, spoken);
    in_parts(first, last, [&](Iterator from, Iterator to) {
      write_rows(tenant, kind, Action::change, sql, object_rows(kind, from, to, pending));
    });
  }
  pending[std::string(kind.name)] = std::move(removed);
}

void write_objects(Connection& tenant, const Kind& kind, Iterator first, Iterator last, Iterator end, Pending& pending,
                   const FormerIds& returning) {
  const Action action = first->action;
  if (action == Action::change) return change_objects(tenant, kind, first, last, end, pending);
  const auto write = [&](Iterator from, Iterator to) {
    Json rows = object_rows(kind, from, to, pending);
    if (action == Action::add) return add_rows(tenant, kind, std::move(rows), returning);
    refuse_leftovers(tenant, kind, rows);
    write_rows(tenant, kind, action, delete_objects_sql(kind), rows);
  };
  // Objects of a kind that refer to one another come and go together.
  const bool related = std::ranges::any_of(kind.fields, [&](const Field& field) { return field.target == kind.name; });
  if (related) {
    write(first, last);
  } else {
    in_parts(first, last, write);
  }
}

void write_edges(Connection& tenant, const EdgeKind& edge, Iterator first, Iterator last, const Pending& pending) {
  TextArray owners;
  TextArray targets;
  const std::vector<EdgeField> fields = edge_fields(edge);
  std::vector<TextArray> values(fields.size());
  for (auto change = first; change != last; ++change) {
    const auto [owner, target] = split_edge(edge, change->key);
    owners.add(key_now(pending, edge.owner->name, owner));
    targets.add(key_now(pending, edge.list->target, target));
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const auto value = change->fields.find(fields[i].name);
      if (value == change->fields.end() || value->second.after.is_null()) {
        values[i].add_null();
      } else {
        values[i].add(value->second.after.get_ref<const std::string&>());
      }
    }
  }
  std::vector<Param> parameters = {owners, targets};
  for (const TextArray& array : values) parameters.emplace_back(array.literal());
  const std::int64_t count = tenant.query(edge_sql(edge, first->action).c_str(), parameters).affected();
  if (count == last - first) return;
  throw Error(ErrorKind::conflict, std::string(edge.list->kind) + ": a member or its owner does not exist",
              "Run the command again.");
}

}  // namespace

void write_changes(Connection& tenant, const std::vector<Change>& changes, const FormerIds& returning) {
  Step writing("writing", changes.size(), "changes");
  Pending pending;
  for (const Change& change : changes) {
    if (change.action != Action::add && change.old_key() != change.key) {
      pending[change.kind][change.key] = change.old_key();
    }
  }
  for (auto first = changes.begin(); first != changes.end();) {
    const auto last = std::find_if(first, changes.end(), [&](const Change& change) {
      return change.kind != first->kind || change.action != first->action;
    });
    if (const EdgeKind* edge = find_edge_kind(first->kind)) {
      in_parts(first, last, [&](Iterator from, Iterator to) { write_edges(tenant, *edge, from, to, pending); });
    } else {
      write_objects(tenant, *find_kind(first->kind), first, last, changes.end(), pending, returning);
    }
    writing.advance(static_cast<std::size_t>(last - first));
    first = last;
  }
}

void check_constraints_now(Connection& tenant) { tenant.script("set constraints all immediate"); }

void write_as_owner(Connection& database, const std::vector<Change>& changes) {
  Transaction transaction(database);
  database.script("set local role pg_database_owner");
  write_changes(database, changes);
  transaction.commit();
}

}  // namespace acctl
