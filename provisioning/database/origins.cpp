#include "provisioning/database/origins.hpp"

#include <span>

#include "provisioning/database/key_sql.hpp"
#include "provisioning/database/parts.hpp"
#include "provisioning/model/kinds.hpp"

namespace acctl {

namespace {

// `from` brings the rows as o, and `key` says how each is called; `run` is the parameter for the run to compare with.
std::string origins_sql(const std::string& key, const std::string& from, const std::string& run) {
  return "select " + key + R"(, to_char(o.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),)" +
         " r.id, r.run, r.actor, r.undoes is not null, o.created_at > (select s.at from acctl.runs s where s.id = " +
         run + "::bigint) from " + from + " left join acctl.runs r on r.at = o.created_at and r.outcome = 'done'";
}

Statement objects_statement(const Kind& kind, std::span<const std::string_view> keys, std::int64_t run, RowLock lock) {
  TextArray key_array;
  for (const std::string_view key : keys) key_array.add(key);
  const std::string from =
      "unnest($1::text[]) as x(key) join " + std::string(kind.table) + " o on " + key_sql(kind, "o") + " = x.key";
  return {origins_sql("x.key", from, "$2") + (lock == RowLock::update ? " for update of o" : ""), {key_array, run}};
}

Statement members_statement(const EdgeKind& edge, std::span<const std::string_view> keys, std::int64_t run) {
  TextArray owners;
  TextArray targets;
  for (const std::string_view key : keys) {
    const auto [owner, target] = split_edge(edge, std::string(key));
    owners.add(owner);
    targets.add(target);
  }
  const List& list = *edge.list;
  const std::string from = "unnest($1::text[], $2::text[]) as x(owner, target) join " + std::string(edge.owner->table) +
                           " a on " + key_sql(*edge.owner, "a") + " = x.owner join " + std::string(edge.target->table) +
                           " b on " + key_sql(*edge.target, "b") + " = x.target join " + std::string(list.table) +
                           " o on o." + std::string(list.owner_column) + " = a.id and o." +
                           std::string(list.target_column) + " = b.id";
  return {origins_sql("x.owner || '/' || x.target", from, "$3"), {owners, targets, run}};
}

}  // namespace

void visit_origins(Connection& tenant, const KeysByKind& keys, std::int64_t run, RowLock lock,
                   const std::function<void(const Origin&)>& visit) {
  for (const auto& [name, of_kind] : keys) {
    const EdgeKind* edge = find_edge_kind(name);
    const Kind* kind = find_kind(name);
    if (edge == nullptr && kind->internal) continue;  // no time is kept of those
    in_parts(of_kind.begin(), of_kind.end(), [&](auto first, auto last) {
      const Statement statement = edge == nullptr ? objects_statement(*kind, {first, last}, run, lock)
                                                  : members_statement(*edge, {first, last}, run);
      for (const Row row : tenant.query(statement.sql.c_str(), statement.parameters)) {
        visit({.kind = std::string(name),
               .key = row.text(0),
               .at = row.text(1),
               .run = row.optional_integer(2),
               .name = row.text(3),
               .actor = row.text(4),
               .is_undo = row.boolean(5),
               .is_later = row.boolean(6)});
      }
    });
  }
}

}  // namespace acctl
