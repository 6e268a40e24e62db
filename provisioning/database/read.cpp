#include "provisioning/database/read.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "provisioning/base/split.hpp"
#include "provisioning/database/key_sql.hpp"
#include "provisioning/database/read.sql.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// API keys that work and have something of their own.
const std::string granted_keys =
    " from app.api_keys k where k.revoked_at is null and (k.expires_at is null or k.expires_at > now())"
    " and (k.role_id is not null or k.permissions is not null)";

// Tables are read as they are, without joins: ids become keys here. Two joins for each list cost the server three times
// as much planning as reading takes, in every new session.
class Reader {
 public:
  // `managed`: kinds of which the scope's manager may own objects.
  Reader(const Scope& scope, std::set<std::string> managed) : scope_(scope), managed_(std::move(managed)) {
    for (const Kind& kind : kinds()) plan_objects(kind);
    for (const EdgeKind& edge : edge_kinds()) plan_members(edge);
    if (scope.keys) {
      statements_.push_back({"select k.owner, k.name, k.user_id, k.created_by, k.role_id, k.permissions" +
                                 granted_keys + R"( order by k.owner, k.name collate "C", k.id)",
                             {}});
    }
  }

  // To be called once: their parameters may be long.
  std::vector<Statement> take_statements() { return std::move(statements_); }

  // The rows of one of the statements, which come in their order.
  void decode(std::size_t place, const Rows& rows, Reading& reading) {
    if (place == parts_.size()) {
      reading.keys = decode_keys(rows);
    } else if (const AccessPart& part = parts_[place]; part.edge == nullptr) {
      decode_objects(*part.kind, rows, reading.state);
    } else {
      decode_members(part, rows, reading.state);
    }
  }

 private:
  struct AccessPart {
    const Kind* kind = nullptr;
    const EdgeKind* edge = nullptr;
    bool target_key = false;  // the target's key was joined, because the target is not read itself
  };

  // All of the kind's objects are read, so that any id of it can be resolved.
  bool is_whole(const Kind& kind) const {
    if (kind.is_person()) return scope_.everybody;
    return kind.internal || scope_.kinds.contains(std::string(kind.name));
  }

  std::string parameter(const Param& value) {
    statement_.parameters.push_back(value);
    return "$" + std::to_string(statement_.parameters.size());
  }

  std::string among(const std::set<std::string>& keys) {
    const std::string all = "(select jsonb_array_elements_text(" + parameter(Json(keys).dump()) + "::jsonb))";
    // An array is planned faster but searched for each row; from a hundred keys on a hashed subselect is faster.
    constexpr std::size_t many = 100;
    return keys.size() < many ? " = any(array" + all + ")" : " in " + all;
  }

  // "" for no condition, nullopt if the scope leaves the kind out. On `id`, a column that holds the kind's ids.
  std::optional<std::string> condition(const Kind& kind, const std::string& id) {
    if (is_whole(kind)) return "";
    std::string ids;
    const auto add = [&](const std::string& part) { ids += (ids.empty() ? "" : " union ") + part; };
    if (managed_.contains(std::string(kind.name))) {
      add("select m.id from " + std::string(kind.table) + " m where m.manager = " + parameter(scope_.manager));
    }
    if (kind.is_person()) add_people(add);
    if (ids.empty()) return std::nullopt;
    return " where " + id + " in (" + ids + ")";
  }

  // The people whom the scope names, by themselves or by what they hold.
  template <class Add>
  void add_people(const Add& add) {
    if (!scope_.users.empty()) {
      add("select u.id from app.users u where lower(u.email)" + among(scope_.users));
    }
    if (!scope_.holders_of_roles.empty()) {
      add("select h.user_id from app.user_roles h join app.roles r on r.id = h.role_id where r.key" +
          among(scope_.holders_of_roles));
    }
    if (!scope_.holders_of_permissions.empty()) {
      add("select g.user_id from app.permission_grants g join app.permissions p on p.id = g.permission_id where p.key" +
          among(scope_.holders_of_permissions));
    }
    if (!scope_.holders_of_templates.empty()) {
      add("select u.id from app.users u join app.role_templates t on t.id = u.role_template_id where t.key" +
          among(scope_.holders_of_templates));
    }
    if (scope_.keys) {
      add("select k.user_id" + granted_keys);
      add("select k.created_by" + granted_keys);
    }
  }

  // Expired members are not read.
  std::optional<std::string> members_condition(const EdgeKind& edge) {
    auto where = edge.is_membership() ? membership_condition(edge)
                                      : condition(*edge.owner, "e." + std::string(edge.list->owner_column));
    if (!where || edge.list->until_column.empty()) return where;
    const std::string until = "e." + std::string(edge.list->until_column);
    return *where + (where->empty() ? " where (" : " and (") + until + " is null or " + until + " > now())";
  }

  std::optional<std::string> membership_condition(const EdgeKind& edge) {
    const std::string owner = "e." + std::string(edge.list->owner_column);
    if (scope_.everybody || scope_.all_members) return "";
    const std::string groups = "select t.id from " + std::string(edge.owner->table) + " t where t.";
    std::string ids;
    if (!scope_.teams.empty()) ids = groups + "key" + among(scope_.teams);
    if (managed_.contains(std::string(edge.owner->name))) {
      ids += (ids.empty() ? "" : " union ") + groups + "manager = " + parameter(scope_.manager);
    }
    std::string where = ids.empty() ? "" : owner + " in (" + ids + ")";
    if (scope_.memberships && !scope_.users.empty()) {
      where += (where.empty() ? "e." : " or e.") + std::string(edge.list->target_column) +
               " in (select u.id from app.users u where lower(u.email)" + among(scope_.users) + ")";
    }
    if (scope_.memberships && managed_.contains(std::string(edge.target->name))) {
      where += (where.empty() ? "e." : " or e.") + std::string(edge.list->target_column) +
               " in (select u.id from app.users u where u.manager = " + parameter(scope_.manager) + ")";
    }
    if (where.empty()) return std::nullopt;
    return " where (" + where + ")";
  }

  void plan_objects(const Kind& kind) {
    statement_ = {};
    const auto where = condition(kind, "o.id");
    if (!where) return;
    std::string sql =
        "select o.id, " + key_sql(kind, "o") + ", o.manager, " + (kind.first_status.empty() ? "null" : "o.status");
    for (const Field& field : kind.fields) {
      const std::string column = "o." + quoted_identifier(field.column);
      const Kind* target_kind = field.type == FieldType::reference ? find_kind(field.target) : nullptr;
      if (target_kind != nullptr && !is_whole(*target_kind)) {
        const Kind& target = *target_kind;
        sql += ", (select " + key_sql(target, "t") + " from " + std::string(target.table) +
               " t where t.id = " + column + ")";
      } else {
        sql += ", " + column;
      }
    }
    statement_.sql = sql + " from " + std::string(kind.table) + " o" + *where;
    statements_.push_back(std::move(statement_));
    parts_.push_back({.kind = &kind});
  }

  void plan_members(const EdgeKind& edge) {
    statement_ = {};
    const auto where = members_condition(edge);
    if (!where) return;
    const List& list = *edge.list;
    AccessPart part{.kind = edge.owner, .edge = &edge, .target_key = !is_whole(*edge.target)};
    std::string target = "e." + std::string(list.target_column);
    std::string join;
    if (part.target_key) {
      join = " join " + std::string(edge.target->table) + " t on t.id = " + target;
      target = key_sql(*edge.target, "t");
    }
    statement_.sql = "select e." + std::string(list.owner_column) + ", " + target +
                     (list.level_column.empty() ? ", null" : ", e." + quoted_identifier(list.level_column)) +
                     (list.until_column.empty() ? ", null"
                                                : ", to_char(e." + quoted_identifier(list.until_column) +
                                                      R"( at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))") +
                     " from " + std::string(list.table) + " e" + join + *where;
    statements_.push_back(std::move(statement_));
    parts_.push_back(part);
  }

  // The application may store any jsonb; a number that a double cannot hold would not be written back as it was.
  static Json document(const Field& field, std::string_view text) {
    try {
      return Json::parse(text);
    } catch (const Json::out_of_range&) {
      throw Error(ErrorKind::failed,
                  "'" + std::string(field.name) + "' of an object holds a number beyond the range of a double",
                  "Change it in the application, or in the tenant's database.");
    }
  }

  Json read_field_value(const Field& field, const Row& row, int column) const {
    const std::string_view text = row.view(column);
    switch (field.type) {
      case FieldType::integer:
        return row.integer(column);
      case FieldType::boolean:
        return text == "t";
      case FieldType::document:
        return document(field, text);
      case FieldType::reference:
        if (is_whole(*find_kind(field.target))) return key_of(field.target, row, column);
        return std::string(text);
      default:
        return std::string(text);
    }
  }

  void decode_objects(const Kind& kind, const Rows& rows, State& state) {
    auto& keys = keys_[std::string(kind.name)];
    if (rows.empty()) return;
    auto& objects = state[std::string(kind.name)];
    for (const Row row : rows) {
      const auto entry = objects.try_emplace(row.text(1)).first;
      keys.emplace(row.integer(0), &entry->first);
      Object& object = entry->second;
      object.manager = row.view(2);
      object.status = row.view(3);
      int column = 4;
      for (const Field& field : kind.fields) {
        if (!row.is_null(column)) object.fields[field.name] = read_field_value(field, row, column);
        ++column;
      }
    }
  }

  void decode_members(const AccessPart& part, const Rows& rows, State& state) const {
    const auto read = keys_.find(std::string(part.kind->name));
    if (rows.empty() || read == keys_.end()) return;  // their owners were not read
    auto& members = state[std::string(part.edge->list->kind)];
    const auto& owners = read->second;
    for (const Row row : rows) {
      // Teams can have members outside the scope, whose owner was not read.
      const auto owner = owners.find(row.integer(0));
      if (owner == owners.end()) continue;
      Object& member =
          members[edge_key(*owner->second, part.target_key ? row.text(1) : key_of(part.edge->list->target, row, 1))];
      if (!row.is_null(2)) member.fields["level"] = row.text(2);
      if (!row.is_null(3)) member.fields["until"] = row.text(3);
    }
  }

  // Roles and permissions are read whole with them. A maker who was deleted is none of the users: what their keys may
  // do is nothing, as for an address that nobody has.
  std::vector<KeyGrant> decode_keys(const Rows& rows) const {
    std::vector<KeyGrant> keys;
    const auto find_name = [&](const char* kind, const Row& row, int column) {
      return row.is_null(column) ? "" : key_of(kind, row, column);
    };
    const auto maker_of = [&](const Row& row) -> std::string {
      if (row.is_null(3)) return "";
      const auto users = keys_.find("users");
      const auto maker = users->second.find(row.integer(3));
      return maker == users->second.end() ? "nobody" : *maker->second;
    };
    for (const Row row : rows) {
      KeyGrant& key = keys.emplace_back(KeyGrant{.owner = row.text(0),
                                                 .name = row.text(1),
                                                 .bearer = find_name("users", row, 2),
                                                 .maker = maker_of(row),
                                                 .role = find_name("roles", row, 4)});
      if (row.is_null(5)) continue;
      const Json permissions = Json::parse(row.view(5));
      for (const auto& [permission, level] : permissions.items()) {
        key.permissions[permission] = level.is_string() ? level.get<std::string>() : "";
      }
    }
    return keys;
  }

  // Of the object of a kind that was read whole whose id is in the column.
  const std::string& key_of(std::string_view kind, const Row& row, int column) const {
    return *keys_.at(std::string(kind)).at(row.integer(column));
  }

  const Scope& scope_;
  std::set<std::string> managed_;
  Statement statement_;
  std::vector<Statement> statements_;
  std::vector<AccessPart> parts_;
  // Kind -> id -> key, which stays where it is in the state that is read.
  std::map<std::string, std::unordered_map<std::int64_t, const std::string*>> keys_;
};

Reading revision_in(const Rows& rows) {
  Reading reading;
  reading.revision = rows.integer(0, 0);
  reading.applied = rows.boolean(0, 1);
  reading.mail_waits = rows.boolean(0, 3);
  return reading;
}

}  // namespace

Reading read_tenant(Connection& tenant, const Scope& scope, const std::string& digest) {
  std::set<std::string> managed;
  std::vector<Statement> statements = {{sql::revision_and_applied, {std::nullopt, std::nullopt}}};
  if (!scope.manager.empty()) {
    const Rows rows = tenant.query(sql::revision_and_applied, {scope.manager, digest});
    if (Reading known = revision_in(rows); known.applied && !digest.empty()) return known;
    for (const std::string_view kind : split(rows.text(0, 2), ' ')) managed.emplace(kind);
    statements.push_back({sql::applied_entries, {scope.manager}});
  }
  const std::size_t first = statements.size();  // of the reader
  Reader reader(scope, std::move(managed));
  std::ranges::move(reader.take_statements(), std::back_inserter(statements));
  Reading reading;
  tenant.batch(statements, [&](std::size_t place, const Rows& rows) {
    if (place == 0) {
      reading = revision_in(rows);
    } else if (place >= first) {
      reader.decode(place - first, rows, reading);
    } else if (!rows.empty()) {
      reading.entries = Json::parse(rows.text(0, 0));
    }
  });
  return reading;
}

std::vector<std::string> find_overlong(Connection& tenant, int most) {
  std::string sql;
  for (const Kind& kind : kinds()) {
    std::string longer;
    for (const Field& field : kind.fields) {
      if (field.longest == 0) continue;
      const std::string column = "o." + quoted_identifier(field.column);
      const std::string length =
          field.type == FieldType::document ? "octet_length(" + column + "::text)" : "char_length(" + column + ")";
      longer += (longer.empty() ? "" : " or ") + length + " > " + std::to_string(field.longest);
    }
    if (longer.empty()) continue;
    sql += (sql.empty() ? "(select " : " union all (select ") + quoted_literal(std::string(kind.name) + "/") +
           " || o." + quoted_identifier(kind.key_column) + " from " + std::string(kind.table) + " o where " + longer +
           " order by o.id limit " + std::to_string(most) + ")";
  }
  return tenant.batch({{sql, {}}}).front().texts();
}

std::vector<std::int64_t> count_present(Connection& tenant, const std::vector<Count>& wanted) {
  std::vector<Statement> statements;
  for (const Count& one : wanted) {
    if (one.kind != nullptr) {
      statements.push_back({"select count(*) from " + std::string(one.kind->table), {}});
      continue;
    }
    statements.push_back({"select count(*) from " + std::string(one.edge->list->table) + " e join " +
                              std::string(one.edge->owner->table) + " o on o.id = e." +
                              std::string(one.edge->list->owner_column) + " where " + key_sql(*one.edge->owner, "o") +
                              " = $1",
                          {one.owner}});
  }
  std::vector<std::int64_t> counts;
  for (const Rows& rows : tenant.batch(statements)) counts.push_back(rows.integer(0, 0));
  return counts;
}

State read_state(Connection& tenant, const Scope& scope) { return read_tenant(tenant, scope).state; }

}  // namespace acctl
