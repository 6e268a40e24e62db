#include "provisioning/database/write_statements.hpp"

#include <algorithm>

#include "provisioning/base/words.hpp"
#include "provisioning/database/key_sql.hpp"

namespace acctl {

namespace {

std::string sql_type(FieldType type) {
  return std::string(find_word(type,
                               {{FieldType::integer, "bigint"},
                                {FieldType::boolean, "boolean"},
                                {FieldType::date, "date"},
                                {FieldType::document, "jsonb"}},
                               "text"));
}

std::string make_id_sql(const Kind& kind, const std::string& key) {
  return "(select t.id from " + std::string(kind.table) + " t where " + key_sql(kind, "t") + " = " + key + ")";
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

}  // namespace

std::vector<EdgeField> edge_fields(const EdgeKind& edge) {
  std::vector<EdgeField> fields;
  if (!edge.list->level_column.empty()) fields.push_back({"level", std::string(edge.list->level_column), "text"});
  if (!edge.list->until_column.empty()) {
    fields.push_back({"until", std::string(edge.list->until_column), "timestamptz"});
  }
  return fields;
}

std::string insert_objects_sql(const Kind& kind, Ids ids) {
  std::string columns = quoted_identifier(kind.key_column) + ", manager";
  std::string values = "x.\"key\", x.manager";
  std::string record = "\"key\" text, manager text";
  const bool given = ids == Ids::given;
  if (given) {
    columns += ", id";
    values += ", x.id";
    record += ", id bigint";
  }
  if (!kind.first_status.empty()) {
    columns += ", status";
    values += ", coalesce(x.status, " + quoted_literal(kind.first_status) + ")";
    record += ", status text";
  }
  for (const Field& field : kind.fields) {
    const std::string name = quoted_identifier(field.name);
    columns += ", " + quoted_identifier(field.column);
    record += ", " + name + " " + sql_type(field.type);
    values +=
        ", " + (field.type == FieldType::reference ? make_id_sql(*find_kind(field.target), "x." + name) : "x." + name);
  }
  return "insert into " + std::string(kind.table) + " (" + columns + ")" + (given ? " overriding system value" : "") +
         " select " + values + " from jsonb_to_recordset($1) as x(" + record + ") order by x.\"key\"";
}

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
          field.type == FieldType::reference ? make_id_sql(*find_kind(field.target), text)
                                             : text + "::" + sql_type(field.type));
    }
  }
  if (spoken.contains("status")) set("status", "status", "x.f ->> 'status'");
  if (spoken.contains("manager")) set("manager", "manager", "x.f ->> 'manager'");
  if (spoken.contains("key")) set(kind.key_column, "key", "x.f ->> 'key'");
  return "update " + std::string(kind.table) + " o set " + sets +
         " from jsonb_to_recordset($1) as x(\"key\" text, f jsonb) where " + key_sql(kind, "o") + " = x.\"key\"";
}

std::string move_objects_sql(const Kind& kind) {
  return "update " + std::string(kind.table) + " o set " + quoted_identifier(kind.key_column) +
         " = x.underway from jsonb_to_recordset($1) as x(\"key\" text, underway text) where " + key_sql(kind, "o") +
         " = x.\"key\"";
}

std::string park_values_sql(const Kind& kind, const std::vector<std::string_view>& fields) {
  const std::string column = quoted_identifier(std::ranges::find(kind.fields, fields.back(), &Field::name)->column);
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

}  // namespace acctl
