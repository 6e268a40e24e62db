#include "provisioning/database/write.hpp"

#include <map>

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

std::string key_column(std::string_view kind) { return quoted_identifier(find_kind(kind)->key_column); }

// Columns that an object does not speak of must be left out, not set to null: they have defaults. So objects are
// written in groups that speak of the same fields.
std::string insert_objects_sql(const Kind& kind, const std::vector<const Field*>& fields) {
  std::string columns = quoted_identifier(kind.key_column);
  std::string values = "x.\"key\"";
  std::string record = "\"key\" text";
  std::string joins;
  for (const Field* field : fields) {
    const std::string name = quoted_identifier(field->name);
    columns += ", " + quoted_identifier(field->column);
    record += ", " + name + " " + sql_type(field->type);
    if (field->type == FieldType::reference) {
      const std::string alias = quoted_identifier("of_" + std::string(field->name));
      joins += " left join " + std::string(find_kind(field->target)->table) + " " + alias + " on " + alias + "." +
               key_column(field->target) + " = x." + name;
      values += ", " + alias + ".id";
    } else {
      values += ", x." + name;
    }
  }
  return "insert into " + std::string(kind.table) + " (" + columns + ") select " + values +
         " from jsonb_to_recordset($1) as x(" + record + ")" + joins + " order by x.\"key\"";
}

std::string insert_edges_sql(const Kind& kind, const List& list) {
  const std::string level(list.level_column);
  return "insert into " + std::string(list.table) + " (" + std::string(list.owner_column) + ", " +
         std::string(list.target_column) + (level.empty() ? "" : ", " + level) + ") select o.id, t.id" +
         (level.empty() ? "" : ", x.level") +
         " from jsonb_to_recordset($1) as x(owner text, target text, level text) join " + std::string(kind.table) +
         " o on o." + quoted_identifier(kind.key_column) + " = x.owner join " +
         std::string(find_kind(list.target)->table) + " t on t." + key_column(list.target) + " = x.target";
}

void insert_objects(Connection& tenant, const Kind& kind, const std::map<std::string, Object>& objects) {
  std::map<std::vector<const Field*>, Json> groups;
  for (const auto& [key, object] : objects) {
    std::vector<const Field*> spoken;
    for (const Field& field : kind.fields) {
      if (object.fields.contains(std::string(field.name))) spoken.push_back(&field);
    }
    Json row = object.fields;
    row["key"] = key;
    groups[spoken].push_back(std::move(row));
  }
  for (const auto& [fields, rows] : groups) {
    tenant.query(insert_objects_sql(kind, fields).c_str(), {rows.dump()});
  }
}

}  // namespace

void insert_state(Connection& tenant, const State& objects) {
  for (const Kind& kind : kinds()) {
    if (const auto found = objects.find(std::string(kind.name)); found != objects.end()) {
      insert_objects(tenant, kind, found->second);
    }
  }
  for (const Kind& kind : kinds()) {
    for (const List& list : kind.lists) {
      const auto found = objects.find(std::string(list.kind));
      if (found == objects.end() || found->second.empty()) continue;
      Json rows = Json::array();
      for (const auto& [key, edge] : found->second) rows.push_back(edge.fields);
      const std::int64_t written = tenant.query(insert_edges_sql(kind, list).c_str(), {rows.dump()}).affected();
      if (written != static_cast<std::int64_t>(rows.size())) {
        throw Error(ErrorKind::failed, std::string(list.kind) + ": a member or its owner does not exist");
      }
    }
  }
}

void insert_state_as_owner(Connection& database, const State& objects) {
  Transaction transaction(database);
  database.script("set local role pg_database_owner");
  insert_state(database, objects);
  transaction.commit();
}

}  // namespace acctl
