#include "tests/support/random_history.hpp"

#include <algorithm>

#include "provisioning/tenants/undo.hpp"

namespace acctl::test {

namespace {

Guards no_guards() {
  Guards guards{.min_admins = 0, .max_removals = {}, .allowed_removals = {}, .forbidden_gains = {}};
  return guards;
}

bool is_work(const std::string& fact) { return fact.starts_with("tickets "); }

}  // namespace

RandomHistory::RandomHistory(HistoryTenant& tenant, unsigned seed)
    : tenant_(tenant), book_(tenant.eyes()), random_(seed) {
  tenant_.reset();
  now_ = book_.read();
}

void RandomHistory::run() {
  const int length = 2 + below(5);
  for (int step = 0; step < length && violation_.empty(); ++step) {
    const int sort = below(100);
    const std::optional<std::size_t> run = sort < 15 ? standing_run() : std::nullopt;
    if (run) {
      undo(*run);
      continue;
    }
    // Something happens, unless ten attempts in a row come to nothing.
    for (int attempt = 0; attempt < 10; ++attempt) {
      if (sort < 60 ? edit() : sort < 95 ? write() : let_time_pass()) break;
    }
  }
  if (!violation_.empty()) return;
  if (const std::optional<std::size_t> run = standing_run()) ended_restored_ = undo(*run);
  if (violation_.empty()) check_log();
}

std::optional<std::size_t> RandomHistory::standing_run() {
  std::vector<std::size_t> standing;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (!events_[i].run.empty() && stands(i)) standing.push_back(i);
  }
  if (standing.empty()) return std::nullopt;
  // Rather an older one: more came after it.
  const int size = static_cast<int>(standing.size());
  return standing[static_cast<std::size_t>(std::min(below(size), below(size)))];
}

RunRecord RandomHistory::record(const std::string& command) {
  return {.run = "run" + std::to_string(++runs_),
          .at = {},
          .command = command,
          .outcome = "done",
          .actor = "test",
          .as = {},
          .origin = "test"};
}

bool RandomHistory::carry_out(const std::string& what, Edit edit) {
  edit.guards = no_guards();
  if (edit.record.run.empty()) edit.record = record(what);
  try {
    const Planned planned = plan_edit(tenant_.session(), tenant_.identity(), edit);
    if (planned.plan.empty()) return false;
    run_edit(tenant_.session(), tenant_.identity(), edit, planned.plan, planned.basis, Ending::commit,
             [&] { return tenant_.connect(); });
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::failed || error.kind() == ErrorKind::connection) fail(what + ": " + error.what());
    return false;  // not possible as things are
  }
  return note(happening(what, edit.record.run));
}

RandomHistory::Event RandomHistory::happening(const std::string& what, const std::string& run) {
  return {.what = what, .run = run, .before = {}, .after = {}, .names = {}, .undoes = {}, .undone = false, .facts = {}};
}

bool RandomHistory::note(Event event) {
  event.before = now_;
  event.after = book_.read();
  now_ = event.after;
  for (const auto& [fact, values] : difference(event.before, event.after)) {
    // Work that loses what acctl deletes is nobody's later change.
    if (event.run.empty() || !is_work(fact)) event.facts.insert(fact);
  }
  if (event.facts.empty() && event.names.empty() && event.run.empty()) return false;
  if (!event.run.empty()) {
    for (const std::string& fact : event.facts) writers_[fact].push_back(events_.size());
  }
  events_.push_back(std::move(event));
  return true;
}

bool RandomHistory::undo(std::size_t index) {
  const Facts before = now_;
  const std::string run = events_[index].run;
  try {
    std::optional<Edit> edit = undoing(tenant_.session(), tenant_.identity(), run, record("undo"));
    if (!edit) {
      fail(run + " is not in the ledger");
      return false;
    }
    edit->guards = no_guards();
    const std::string undoer = edit->record.run;
    const Planned planned = plan_edit(tenant_.session(), tenant_.identity(), *edit);
    if (planned.basis.refusal) throw Error(*planned.basis.refusal);
    run_edit(tenant_.session(), tenant_.identity(), *edit, planned.plan, planned.basis, Ending::commit,
             [&] { return tenant_.connect(); });
    if (planned.plan.empty()) return false;
    ++restored_;
    check_restored(index, before);
    if (!violation_.empty()) return true;
    Event event = happening("undo of " + run, undoer);
    event.before = before;
    event.after = now_;
    event.undoes = index;
    for (const auto& [fact, values] : difference(before, now_)) event.facts.insert(fact);
    events_.push_back(std::move(event));
    check_writers(index);
    mark_undone(index, true);
    return true;
  } catch (const Error& error) {
    ++refused_;
    check_refused(index, before, error);
    return false;
  }
}

void RandomHistory::check_restored(std::size_t index, const Facts& before) {
  Difference delta = difference(events_[index].before, events_[index].after);
  // Work that was given to others, or is gone, stays as it is.
  std::erase_if(delta, [&](const auto& fact) {
    const auto now = before.find(fact.first);
    return is_work(fact.first) && (now == before.end() || now->second != fact.second.second);
  });
  for (const auto& [fact, values] : delta) {
    const auto found = before.find(fact);
    const std::string value = found == before.end() ? "" : found->second;
    if (value != values.second) fail("undo of " + events_[index].run + " overlooked a later change of " + fact);
  }
  const Facts expected = taken_back(before, delta);
  book_.expect_back(expected);
  now_ = book_.read();
  for (const auto& [fact, values] : difference(expected, now_)) {
    fail("undo of " + events_[index].run + ": " + fact + " is " + values.second + " and should be " + values.first);
  }
}

void RandomHistory::check_refused(std::size_t index, const Facts& before, const Error& error) {
  const std::string said = "undo of " + events_[index].run + " said: " + error.what();
  if (error.kind() != ErrorKind::conflict) fail(said + " (not a conflict)");
  if (book_.read() != before) fail(said + ", and changed something");
  const std::set<std::string> names = names_since(index);
  const bool named = std::ranges::any_of(
      names, [&](const std::string& name) { return std::string(error.what()).find(name) != std::string::npos; });
  if (!named) fail(said + ", which names nothing that came later");
}

std::set<std::string> RandomHistory::names_since(std::size_t index) const {
  std::set<std::string> names;
  for (std::size_t i = index + 1; i < events_.size(); ++i) {
    for (const std::string& fact : events_[i].facts) names.merge(book_.names_of(fact));
    names.insert(events_[i].names.begin(), events_[i].names.end());
  }
  return names;
}

std::size_t RandomHistory::root(std::size_t index) const {
  while (events_[index].undoes) index = *events_[index].undoes;
  return index;
}

// No run that stands wrote the same after what is undone. The undo is the newest event.
void RandomHistory::check_writers(std::size_t index) {
  const std::size_t first = root(index);
  const bool redone = !stands(first);
  for (const std::string& fact : events_[first].facts) {
    std::vector<std::size_t>& all = writers_[fact];
    if (redone) {
      if (all != events_[index].writers[fact])
        fail("redoing " + events_[first].run + " overlooked a later run on " + fact);
      all.push_back(first);
      continue;
    }
    if (all.empty() || all.back() != first) {
      fail("undo of " + events_[index].run + " overlooked a later run on " + fact);
      continue;
    }
    all.pop_back();
    events_.back().writers[fact] = all;
  }
}

void RandomHistory::mark_undone(std::size_t index, bool undone) {
  events_[index].undone = undone;
  if (events_[index].undoes) mark_undone(*events_[index].undoes, !undone);
}

void RandomHistory::check_log() {
  for (const RunRecord& run : list_runs(tenant_.session(), "", 1000)) {
    const auto event = std::ranges::find(events_, run.run, &Event::run);
    if (event == events_.end()) {
      if (run.outcome == "done") fail("the ledger has " + run.run + ", which did nothing");
      continue;
    }
    if (run.undone_by.empty() == event->undone)
      fail("the log shows " + run.run + (event->undone ? " as standing" : " as undone"));
  }
}

void RandomHistory::fail(const std::string& why) {
  if (violation_.empty()) {
    for (const Event& event : events_) violation_ += (event.run.empty() ? "" : event.run + ": ") + event.what + "\n";
  }
  violation_ += "! " + why + "\n";
}

}  // namespace acctl::test
