#include "provisioning/database/read.hpp"

#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// Users are compared without case, and named so in a State.
std::string key_of(std::string_view kind, const std::string& alias) {
  const std::string column = alias + "." + quoted_identifier(find_kind(kind)->key_column);
  return kind == "users" ? "lower(" + column + ")" : column;
}

std::string any_of(const char* parameter) {
  return " = any(array(select jsonb_array_elements_text($2 -> '" + std::string(parameter) + "')))";
}

// The condition on the owner "o" of rows of `kind`; nullopt where the scope leaves them out.
std::optional<std::string> people_condition(const Scope& scope) {
  if (scope.everybody) return "";
  const bool holders = !scope.holders_of_roles.empty() || !scope.holders_of_templates.empty();
  if (scope.users.empty() && scope.manager.empty() && !holders) return std::nullopt;
  std::string ids;
  const auto add = [&](const std::string& part) { ids += (ids.empty() ? "" : " union ") + part; };
  if (!scope.users.empty()) add("select u.id from app.users u where lower(u.email)" + any_of("users"));
  if (!scope.manager.empty()) add("select u.id from app.users u where u.manager = $1");
  if (!scope.holders_of_roles.empty()) {
    add("select h.user_id from app.user_roles h join app.roles r on r.id = h.role_id where r.key" + any_of("roles"));
  }
  if (!scope.holders_of_templates.empty()) {
    add("select u.id from app.users u join app.role_templates t on t.id = u.role_template_id where t.key" +
        any_of("templates"));
  }
  return " where o.id in (" + ids + ")";
}

std::optional<std::string> condition(const Scope& scope, std::string_view kind) {
  if (kind == "users") return people_condition(scope);
  if (kind == "protections" || scope.kinds.contains(std::string(kind))) return "";
  if (scope.manager.empty()) return std::nullopt;
  return " where o.manager = $1";
}

std::optional<std::string> members_condition(const Scope& scope) {
  if (scope.everybody || scope.all_members) return "";
  if (scope.teams.empty() && scope.manager.empty()) return std::nullopt;
  const std::string named = scope.teams.empty() ? "" : "o.key" + any_of("teams");
  const std::string managed = scope.manager.empty() ? "" : "o.manager = $1";
  return " where " + named + (named.empty() || managed.empty() ? "" : " or ") + managed;
}

// One row per object: kind, key, fields as JSON, manager, status.
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
  const std::string status = kind.name == "users" ? "o.status" : "null::text";
  return "select " + quoted_literal(kind.name) + "::text, " + key_of(kind.name, "o") + ", jsonb_build_object(" +
         fields + ")::text, o.manager, " + status + " from " + std::string(kind.table) + " o" + joins;
}

std::string edges_sql(const EdgeKind& edge) {
  const List& list = *edge.list;
  const std::string level = list.level_column.empty() ? "null::text" : "e." + quoted_identifier(list.level_column);
  return "select " + quoted_literal(list.kind) + "::text, " + key_of(edge.owner->name, "o") + " || '/' || " +
         key_of(list.target, "t") + ", " + level + ", null::text, null::text from " + std::string(list.table) +
         " e join " + std::string(edge.owner->table) + " o on o.id = e." + std::string(list.owner_column) + " join " +
         std::string(find_kind(list.target)->table) + " t on t.id = e." + std::string(list.target_column);
}

std::string state_sql(const Scope& scope) {
  std::string sql;
  const auto add = [&](const std::string& part) { sql += (sql.empty() ? "" : " union all ") + part; };
  for (const Kind& kind : kinds()) {
    const auto where = condition(scope, kind.name);
    if (where) add(objects_sql(kind) + *where);
  }
  for (const EdgeKind& edge : edge_kinds()) {
    const auto where = edge.list->target == "users" ? members_condition(scope) : condition(scope, edge.owner->name);
    if (where) add(edges_sql(edge) + *where);
  }
  return sql;
}

std::string parameters(const Scope& scope) {
  return Json{{"users", scope.users},
              {"roles", scope.holders_of_roles},
              {"templates", scope.holders_of_templates},
              {"teams", scope.teams}}
      .dump();
}

void add_row(const Rows& rows, int row, State& state) {
  Object object;
  const std::string kind(rows.text(row, 0));
  if (find_edge_kind(kind) != nullptr) {
    if (!rows.is_null(row, 2)) object.fields["level"] = std::string(rows.text(row, 2));
  } else {
    const Json fields = Json::parse(rows.text(row, 2));
    for (const auto& [name, value] : fields.items()) {
      if (!value.is_null()) object.fields[name] = value;
    }
    object.manager = rows.text(row, 3);
    object.status = rows.text(row, 4);
  }
  state[kind].emplace(rows.text(row, 1), std::move(object));
}

}  // namespace

Reading read_tenant(Connection& tenant, const Scope& scope, const std::string& digest) {
  const Rows rows = tenant.query("select * from acctl.read($1, $2, $3, $4)",
                                 {scope.manager, digest, state_sql(scope), parameters(scope)});
  Reading reading;
  const Json identity = Json::parse(rows.text(0, 2));
  reading.database = rows.text(0, 1);
  if (!identity["tenant"].is_null()) {
    reading.tenant = identity["tenant"];
    reading.epoch = identity["epoch"];
  }
  reading.revision = identity["revision"];
  reading.applied = identity["applied"];
  for (int row = 1; row < rows.size(); ++row) add_row(rows, row, reading.state);
  return reading;
}

State read_state(Connection& tenant, const Scope& scope) { return read_tenant(tenant, scope).state; }

}  // namespace acctl
