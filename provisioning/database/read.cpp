#include "provisioning/database/read.hpp"

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

std::string key_of(std::string_view kind, const std::string& alias) {
  return alias + "." + quoted_identifier(find_kind(kind)->key_column);
}

// One row per object: kind, key, fields as JSON. In this order, so that a kind's objects come together.
std::string objects_sql(const Kind& kind) {
  std::string fields;
  std::string joins;
  for (const Field& field : kind.fields) {
    std::string value = "o." + quoted_identifier(field.column);
    if (field.type == FieldType::reference) {
      const std::string alias = quoted_identifier("of_" + std::string(field.name));
      joins +=
          " left join " + std::string(find_kind(field.target)->table) + " " + alias + " on " + alias + ".id = " + value;
      value = key_of(field.target, alias);
    }
    fields += (fields.empty() ? "" : ", ") + quoted_literal(field.name) + ", " + value;
  }
  return "select " + quoted_literal(kind.name) + " as kind, o." + quoted_identifier(kind.key_column) +
         " as key, jsonb_build_object(" + fields + ")::text as fields from " + std::string(kind.table) + " o" + joins;
}

std::string edges_sql(const Kind& kind, const List& list) {
  const std::string owner = key_of(kind.name, "o");
  const std::string target = key_of(list.target, "t");
  const std::string level = list.level_column.empty() ? "" : ", 'level', e." + quoted_identifier(list.level_column);
  return "select " + quoted_literal(list.kind) + ", " + owner + " || '/' || " + target +
         ", jsonb_build_object('owner', " + owner + ", 'target', " + target + level + ")::text from " +
         std::string(list.table) + " e join " + std::string(kind.table) + " o on o.id = e." +
         std::string(list.owner_column) + " join " + std::string(find_kind(list.target)->table) + " t on t.id = e." +
         std::string(list.target_column);
}

std::string state_sql(const ReadScope& scope) {
  const auto is_people = [](std::string_view kind) { return kind == "users"; };
  std::string sql;
  const auto add = [&](const std::string& part) { sql += (sql.empty() ? "" : " union all ") + part; };
  for (const Kind& kind : kinds()) {
    if (is_people(kind.name) && !scope.people) continue;
    add(objects_sql(kind));
    for (const List& list : kind.lists) {
      if (scope.people || !is_people(list.target)) add(edges_sql(kind, list));
    }
  }
  return sql;
}

}  // namespace

State read_state(Connection& tenant, const ReadScope& scope) {
  const Rows rows = tenant.query(state_sql(scope).c_str());
  State state;
  for (int row = 0; row < rows.size(); ++row) {
    Object& object = state[std::string(rows.text(row, 0))][std::string(rows.text(row, 1))];
    const nlohmann::json fields = nlohmann::json::parse(rows.text(row, 2));
    for (const auto& [name, value] : fields.items()) {
      if (!value.is_null()) object.fields[name] = value;
    }
  }
  return state;
}

}  // namespace acctl
