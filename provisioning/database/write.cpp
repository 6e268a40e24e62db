#include "provisioning/database/write.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "provisioning/database/key_sql.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

std::string sql_type(FieldType type) {
  switch (type) {
    case FieldType::integer:
      return "bigint";
    case FieldType::boolean:
      return "boolean";
    case FieldType::date:
      return "date";
    case FieldType::document:
      return "jsonb";
    default:
      return "text";
  }
}

std::string id_of(const Kind& kind, const std::string& key) {
  return "(select t.id from " + std::string(kind.table) + " t where " + key_sql(kind, "t") + " = " + key + ")";
}

std::string insert_objects_sql(const Kind& kind) {
  std::string columns = quoted_identifier(kind.key_column) + ", manager";
  std::string values = "x.\"key\", x.manager";
  std::string record = "\"key\" text, manager text";
  if (!kind.first_status.empty()) {
    columns += ", status";
    values += ", coalesce(x.status, " + quoted_literal(kind.first_status) + ")";
    record += ", status text";
  }
  for (const Field& field : kind.fields) {
    const std::string name = quoted_identifier(field.name);
    columns += ", " + quoted_identifier(field.column);
    record += ", " + name + " " + sql_type(field.type);
    values += ", " + (field.type == FieldType::reference ? id_of(*find_kind(field.target), "x." + name) : "x." + name);
  }
  return "insert into " + std::string(kind.table) + " (" + columns + ") select " + values +
         " from jsonb_to_recordset($1) as x(" + record + ") order by x.\"key\"";
}

// Sets only the columns that some change sets; objects that do not set one of them keep its value.
std::string update_objects_sql(const Kind& kind, const std::set<std::string>& spoken) {
  std::string sets;
  const auto set = [&](std::string_view column, const std::string& name, const std::string& value) {
    sets += (sets.empty() ? "" : ", ") + quoted_identifier(column) + " = case when x.f ? " + quoted_literal(name) +
            " then " + value + " else o." + quoted_identifier(column) + " end";
  };
  for (const Field& field : kind.fields) {
    const std::string name(field.name);
    if (!spoken.contains(name)) continue;
    const std::string text = "(x.f ->> " + quoted_literal(name) + ")";
    if (field.type == FieldType::document) {
      set(field.column, name, "nullif(x.f -> " + quoted_literal(name) + ", 'null')");
    } else {
      set(field.column, name,
          field.type == FieldType::reference ? id_of(*find_kind(field.target), text)
                                             : text + "::" + sql_type(field.type));
    }
  }
  if (spoken.contains("status")) set("status", "status", "x.f ->> 'status'");
  if (spoken.contains("manager")) set("manager", "manager", "x.f ->> 'manager'");
  if (spoken.contains("key")) set(kind.key_column, "key", "x.f ->> 'key'");
  return "update " + std::string(kind.table) + " o set " + sets +
         " from jsonb_to_recordset($1) as x(\"key\" text, f jsonb) where " + key_sql(kind, "o") + " = x.\"key\"";
}

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

std::string move_objects_sql(const Kind& kind) {
  return "update " + std::string(kind.table) + " o set " + quoted_identifier(kind.key_column) +
         " = x.underway from jsonb_to_recordset($1) as x(\"key\" text, underway text) where " + key_sql(kind, "o") +
         " = x.\"key\"";
}

std::string_view column_of(const Kind& kind, std::string_view field) {
  return std::ranges::find(kind.fields, field, &Field::name)->column;
}

// Clears the last of `fields`, which are unique together, in the objects that change one of them; returns what they
// had.
std::string park_values_sql(const Kind& kind, const std::vector<std::string_view>& fields) {
  const std::string column = quoted_identifier(column_of(kind, fields.back()));
  std::string spoken;
  for (const std::string_view field : fields) {
    spoken += (spoken.empty() ? "x.f ? " : " or x.f ? ") + quoted_literal(field);
  }
  return "with parked as (select o.id, " + key_sql(kind, "o") + " as \"key\", to_jsonb(o." + column +
         ")::text as value from " + std::string(kind.table) +
         " o join jsonb_to_recordset($1) as x(\"key\" text, f jsonb) on " + key_sql(kind, "o") +
         " = x.\"key\" where o." + column + " is not null and (" + spoken + ")) update " + std::string(kind.table) +
         " o set " + column + " = null from parked p where o.id = p.id returning p.\"key\", p.value";
}

// Selects members that would be removed with the objects $1 of `kind` by cascade. The alias of an object is o.
std::string leftovers_sql(const Kind& kind) {
  std::string sql;
  for (const EdgeKind& edge : edge_kinds()) {
    const bool owned = edge.owner == &kind;
    if (!owned && (edge.target != &kind || !edge.is_membership())) continue;
    const Kind& other = owned ? *edge.target : *edge.owner;
    const std::string own_column(owned ? edge.list->owner_column : edge.list->target_column);
    const std::string other_column(owned ? edge.list->target_column : edge.list->owner_column);
    const std::string until(edge.list->until_column);
    sql += (sql.empty() ? "" : " union all ") + std::string("select ") + key_sql(kind, "o") + ", " +
           quoted_literal(other.name) + " || '/' || " + key_sql(other, "t") + " from " + std::string(edge.list->table) +
           " e join " + std::string(kind.table) + " o on o.id = e." + own_column + " join " + std::string(other.table) +
           " t on t.id = e." + other_column + " where " + key_sql(kind, "o") +
           " in (select x.\"key\" from jsonb_to_recordset($1) as x(\"key\" text))" +
           (until.empty() ? "" : " and (e." + until + " is null or e." + until + " > now())");
  }
  return sql.empty() ? sql : sql + " limit 1";
}

std::string delete_objects_sql(const Kind& kind) {
  return "delete from " + std::string(kind.table) + " o using jsonb_to_recordset($1) as x(\"key\" text) where " +
         key_sql(kind, "o") + " = x.\"key\"";
}

// What a member can have besides its two ends.
struct EdgeField {
  std::string name;  // in Change::fields
  std::string column;
  std::string type;
};

std::vector<EdgeField> edge_fields(const EdgeKind& edge) {
  std::vector<EdgeField> fields;
  if (!edge.list->level_column.empty()) fields.push_back({"level", std::string(edge.list->level_column), "text"});
  if (!edge.list->until_column.empty()) {
    fields.push_back({"until", std::string(edge.list->until_column), "timestamptz"});
  }
  return fields;
}

// Arrays and not JSON: the planner knows how many there are, and chooses its joins accordingly.
std::string edge_rows(const std::vector<EdgeField>& fields) {
  std::string arrays = "$1::text[], $2::text[]";
  std::string names = "owner, target";
  for (const EdgeField& field : fields) {
    arrays += ", $" + std::to_string(3 + (&field - fields.data())) + "::" + field.type + "[]";
    names += ", " + field.name;
  }
  return " unnest(" + arrays + ") as x(" + names + ")";
}

std::string edge_ends(const EdgeKind& edge) {
  return " join " + std::string(edge.owner->table) + " o on " + key_sql(*edge.owner, "o") + " = x.owner join " +
         std::string(edge.target->table) + " t on " + key_sql(*edge.target, "t") + " = x.target";
}

std::string edge_sql(const EdgeKind& edge, Action action) {
  const List& list = *edge.list;
  const std::vector<EdgeField> fields = edge_fields(edge);
  const std::string table(list.table);
  const std::string ends = std::string(list.owner_column) + ", " + std::string(list.target_column);
  const std::string from = edge_rows(fields) + edge_ends(edge);
  const std::string this_row =
      " where e." + std::string(list.owner_column) + " = o.id and e." + std::string(list.target_column) + " = t.id";
  std::string columns;
  std::string values;
  std::string sets;
  for (const EdgeField& field : fields) {
    columns += ", " + field.column;
    values += ", x." + field.name;
    sets += (sets.empty() ? "" : ", ") + field.column + " = x." + field.name;
  }
  switch (action) {
    case Action::add: {
      std::string sql =
          "insert into " + table + " as e (" + ends + columns + ") select o.id, t.id" + values + " from" + from;
      // An expired row gives way to the new one.
      if (const std::string until(list.until_column); !until.empty()) {
        sql += " on conflict (" + ends + ") do update set " + until + " = excluded." + until +
               ", created_at = excluded.created_at where e." + until + " <= now()";
      }
      return sql;
    }
    case Action::change:
      return "update " + table + " e set " + sets + " from" + from + this_row;
    case Action::remove:
      return "delete from " + table + " e using" + from + this_row;
  }
  return "";
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
  std::map<std::string, std::string_view, std::less<>> had;
  for (int row = 0; row < parked.size(); ++row) had.emplace(parked.text(row, 0), parked.text(row, 1));
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

void write_objects(Connection& tenant, const Kind& kind, Iterator first, Iterator last, Iterator end,
                   Pending& pending) {
  Json rows = Json::array();
  std::set<std::string> spoken;
  for (auto change = first; change != last; ++change) {
    Json values = Json::object();
    for (const auto& [name, field] : change->fields) {
      if (change->action != Action::remove) values[name] = field.after;
      spoken.insert(name);
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
  if (first->action == Action::change) {
    std::map<std::string, std::string> removed = replaced_from(last, end, kind);
    leave_keys(tenant, kind, rows, removed);
    for (const auto& fields : kind.unique_values()) leave_values(tenant, kind, fields, spoken, rows);
    pending[std::string(kind.name)] = std::move(removed);
  }
  if (first->action == Action::remove) refuse_leftovers(tenant, kind, rows);
  const std::string sql = first->action == Action::add      ? insert_objects_sql(kind)
                          : first->action == Action::change ? update_objects_sql(kind, spoken)
                                                            : delete_objects_sql(kind);
  const std::int64_t count = tenant.query(sql.c_str(), {rows.dump()}).affected();
  if (count == last - first) return;
  throw Error(ErrorKind::conflict,
              std::to_string(last - first - count) + " of the " + std::string(kind.name) + " to " +
                  std::string(to_string(first->action)) + " are gone",
              "Run the command again.");
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
  std::vector<Param> parameters = {owners.literal(), targets.literal()};
  for (const TextArray& array : values) parameters.emplace_back(array.literal());
  const std::int64_t count = tenant.query(edge_sql(edge, first->action).c_str(), parameters).affected();
  if (count == last - first) return;
  throw Error(ErrorKind::conflict, std::string(edge.list->kind) + ": a member or its owner does not exist",
              "Run the command again.");
}

}  // namespace

void write_changes(Connection& tenant, const std::vector<Change>& changes) {
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
      write_edges(tenant, *edge, first, last, pending);
    } else {
      write_objects(tenant, *find_kind(first->kind), first, last, changes.end(), pending);
    }
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
