#include "provisioning/platform/audit.hpp"

#include <nlohmann/json.hpp>

#include "provisioning/base/step.hpp"
#include "provisioning/database/records.hpp"
#include "provisioning/platform/audit.sql.hpp"

namespace acctl {

namespace {

// So many entries are a few megabytes, and are checked by a server in about a tenth of a second: far from any timeout.
constexpr std::int64_t entries_at_once = 20'000;
constexpr std::int64_t rows_at_once = 500;
constexpr std::size_t most_problems = 100;

std::string filter_json(const AuditFilter& filter) {
  nlohmann::json json = nlohmann::json::object();
  const auto add = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) json[name] = values;
  };
  add("tenants", filter.tenants);
  add("actions", filter.actions);
  add("outcomes", filter.outcomes);
  add("logins", filter.logins);
  add("actors", filter.actors);
  return json.dump();
}

// One walk along the chain.
class Check {
 public:
  void add(AuditProblem::What what, std::int64_t first, std::int64_t last) {
    // One changed entry is seen twice: by its own hash, and by that the next one does not follow it.
    const auto same = [&](const AuditProblem& one) { return one.what == what && one.first == first; };
    if (std::ranges::any_of(check.problems, same)) return;
    if (check.problems.size() == most_problems) {
      check.more_problems = true;
    } else {
      check.problems.push_back({what, first, last});
    }
  }

  // The rows of sql::audit_check; false if there was no entry left.
  bool take(const Rows& rows) {
    for (const Row row : rows) {
      const std::int64_t id = row.integer(0);
      if (row.is_null(2)) {
        check.head = {id, row.text(4)};
        check.entries += row.integer(1);
        return true;
      }
      const std::int64_t before = row.integer(1);
      if (id != before + 1) add(AuditProblem::What::missing, before + 1, id - 1);
      if (row.boolean(2)) {
        add(AuditProblem::What::changed, id, id);
      } else if (id == before + 1 && row.boolean(3)) {
        // It is what it was, and names another entry before it than the one that is there. The first has none.
        add(AuditProblem::What::changed, before == 0 ? id : before, before == 0 ? id : before);
      }
    }
    return false;
  }

  // Against the head of the database, or one that was kept elsewhere.
  void compare(Connection& control, const AuditHead& head, AuditProblem::What otherwise) {
    if (head.id > check.head.id) add(AuditProblem::What::cut, check.head.id + 1, head.id);
    if (head.id == 0 || head.id > check.head.id) return;
    const Rows entry = control.query(sql::audit_entry_hash, {head.id});
    if (!entry.empty() && entry.text(0, 0) != head.hash) add(otherwise, head.id, head.id);
  }

  AuditCheck check;
};

}  // namespace

void record_audit(Transaction& transaction, const Actor& actor, const std::string& action, const std::string& outcome,
                  const std::string& before, const std::string& after) {
  transaction.query(sql::record_audit, {actor.run, actor.name, actor.origin, actor.reason, action, outcome,
                                        std::nullopt, std::nullopt, null_if_empty(before), null_if_empty(after)});
}

void record_done(Transaction& transaction, const Actor& actor, const std::string& action,
                 const nlohmann::json& details) {
  record_audit(transaction, actor, action, "done", "", details.dump());
}

void record_command(Connection& control, const Actor& actor, const std::string& action, const std::string& outcome,
                    const std::string& tenant, const std::string& details) {
  control.query(sql::record_command, {actor.run, actor.name, actor.origin, actor.reason, action, outcome,
                                      null_if_empty(tenant), null_if_empty(details)});
}

AuditHead audit_head(Connection& control) {
  const Rows rows = control.query(sql::audit_head);
  if (rows.empty()) {
    throw Error(ErrorKind::conflict, "the audit trail has no head: the row of acctl.audit_head is missing",
                "The control database was changed by hand; restore it, or find out who changed it.");
  }
  return {rows.integer(0, 0), std::string(rows.text(0, 1))};
}

void for_each_audit_entry(Connection& control, const AuditFilter& filter,
                          const std::function<void(const AuditEntry&)>& visit) {
  const std::string words = filter_json(filter);
  std::optional<std::int64_t> before;
  for (std::int64_t left = filter.limit; left > 0;) {
    const std::int64_t count = std::min(left, rows_at_once);
    const Rows rows = control.query(sql::audit_list,
                                    {before, words, null_if_empty(filter.since), null_if_empty(filter.until), count});
    for (const Row row : rows) visit(read_record<AuditEntry>(row));
    if (rows.size() < count) return;
    before = rows.integer(rows.size() - 1, 0);
    left -= count;
  }
}

void export_audit(Connection& control, std::int64_t after, const std::function<void(const std::string&)>& visit) {
  for (;;) {
    const Rows rows = control.query(sql::audit_export, {after, rows_at_once});
    for (const Row row : rows) visit(row.text(1));
    if (rows.size() < rows_at_once) return;
    after = rows.integer(rows.size() - 1, 0);
  }
}

AuditCheck check_audit(Connection& control, const std::optional<AuditHead>& kept) {
  Step verifying("verifying", 0, "entries");
  Transaction transaction(control);
  transaction.query(sql::begin_review);
  Check walk;
  AuditCheck& check = walk.check;
  const auto next = [&] {
    const Param hash = check.head.id == 0 ? Param(std::nullopt) : Param(check.head.hash);
    return transaction.query(sql::audit_check, {check.head.id, hash, entries_at_once});
  };
  for (std::int64_t before = 0; walk.take(next()); before = check.entries) {
    verifying.advance(static_cast<std::size_t>(check.entries - before));
  }
  const AuditHead last = audit_head(control);
  walk.compare(control, last, AuditProblem::What::changed);
  if (last.id < check.head.id) walk.add(AuditProblem::What::unknown, last.id + 1, check.head.id);
  if (kept) walk.compare(control, *kept, AuditProblem::What::rewritten);
  std::ranges::stable_sort(check.problems, {}, &AuditProblem::first);
  return check;
}

}  // namespace acctl
