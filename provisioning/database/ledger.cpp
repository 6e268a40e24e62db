#include "provisioning/database/ledger.hpp"

#include <span>

#include "provisioning/database/ledger.sql.hpp"
#include "provisioning/database/parts.hpp"
#include "provisioning/database/undo_chains.hpp"

namespace acctl {

namespace {

using Json = nlohmann::json;

// From so many changes on a run refreshes the server's statistics.
constexpr std::size_t bulk = 2'000;

// Columns and not rows: the server takes arrays apart three times as fast as JSON. `before`: entries of the run so far.
void record_changes(Transaction& transaction, std::int64_t run, std::size_t before, std::span<const Change> changes) {
  TextArray actions;
  TextArray kinds;
  TextArray keys;
  TextArray fields;
  TextArray sources;
  for (const Change& change : changes) {
    actions.add(to_string(change.action));
    kinds.add(change.kind);
    keys.add(change.key);
    fields.add(change.fields.empty() ? "{}" : to_json(change.fields).dump());
    sources.add_filled(change.place.line > 0 ? change.place.file + ":" + std::to_string(change.place.line) : "");
  }
  transaction.query(sql::record_changes,
                    {run, actions, kinds, keys, fields, sources, static_cast<std::int64_t>(before)});
}

}  // namespace

void refresh_statistics(Transaction& transaction, std::size_t changes) {
  if (changes < bulk) return;
  transaction.query(sql::refresh_statistics);
  // ANALYZE leaves the number of rows that it found in pg_class, whatever becomes of the transaction: after a rehearsal
  // that removed all users, plans would be made for an empty table.
  transaction.after_rollback = sql::refresh_statistics;
}

Action parse_action(std::string_view word) {
  if (word == "add") return Action::add;
  return word == "remove" ? Action::remove : Action::change;
}

Json to_json(const FieldChanges& fields) {
  Json all = Json::object();
  for (const auto& [name, values] : fields) all[name.str()] = {{"before", values.before}, {"after", values.after}};
  return all;
}

FieldChanges fields_from_json(const Json& fields) {
  FieldChanges all;
  for (const auto& [name, values] : fields.items()) all[name] = {values.at("before"), values.at("after")};
  return all;
}

std::int64_t record_run(Transaction& transaction, const RunRecord& run,
                        const std::vector<const std::vector<Change>*>& changes, std::optional<std::int64_t> undoes) {
  const std::string actor = run.as.empty() ? run.actor : run.actor + " as " + run.as;
  const std::int64_t id =
      transaction
          .query(sql::record_run, {run.run, run.command, run.outcome, actor, run.origin, null_if_empty(run.reason),
                                   null_if_empty(run.commit), null_if_empty(run.manager), null_if_empty(run.loosened),
                                   null_if_empty(run.message), undoes})
          .integer(0, 0);
  transaction.ledger_entry = id;
  std::size_t count = 0;
  for (const std::vector<Change>* part : changes) {
    in_parts(part->begin(), part->end(), [&](auto first, auto last) {
      record_changes(transaction, id, count, std::span(first, last));
      count += static_cast<std::size_t>(last - first);
    });
  }
  if (count > 0) refresh_statistics(transaction, count);
  return id;
}

std::vector<RunRecord> list_runs(Connection& tenant, const std::string& run, std::int64_t limit) {
  const UndoChains chains(tenant);
  std::vector<RunRecord> all;
  for (const Row row : tenant.query(sql::run_list, {null_if_empty(run), limit})) {
    all.push_back({.id = row.integer(0),
                   .run = row.text(1),
                   .at = row.text(2),
                   .command = row.text(3),
                   .outcome = row.text(4),
                   .actor = row.text(5),
                   .origin = row.text(6),
                   .reason = row.text(7),
                   .commit = row.text(8),
                   .manager = row.text(9),
                   .loosened = row.text(10),
                   .message = row.text(11),
                   .undoes = row.text(12),
                   .undone_by = chains.undone_by(row.integer(0)),
                   .changes = row.integer(13)});
  }
  return all;
}

void visit_changes_of_run(Connection& tenant, std::int64_t id, Additions additions,
                          const std::function<void(Change change, std::size_t count)>& visit) {
  // In parts, for the answer of the server is as large as what is made of it.
  for (std::int64_t last = 0;;) {
    const Rows rows =
        tenant.query(sql::run_changes, {id, last, std::int64_t{statement_rows}, additions == Additions::by_name});
    for (const Row row : rows) {
      visit({.action = parse_action(row.view(0)),
             .kind = row.view(1),
             .key = row.text(2),
             .fields = fields_from_json(Json::parse(row.view(5))),
             .place = parse_place(row.text(3))},
            static_cast<std::size_t>(row.integer(6)));
      last = row.integer(4);
    }
    if (rows.size() < statement_rows) return;
  }
}

std::vector<Change> changes_of_run(Connection& tenant, std::int64_t id, Additions additions) {
  std::vector<Change> all;
  visit_changes_of_run(tenant, id, additions, [&](Change change, std::size_t count) {
    if (all.empty()) all.reserve(count);
    all.push_back(std::move(change));
  });
  return all;
}

bool is_recorded(Connection& tenant, const std::string& run) { return !tenant.query(sql::run_id, {run}).empty(); }

}  // namespace acctl
