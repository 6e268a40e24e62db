// Random histories of a tenant: acctl edits, its application writes, time passes, runs are undone and redone.
// Everything that undo promises is checked at each undo, against the tables and not against what acctl says of itself.
#pragma once

#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "provisioning/access/edit_messages.hpp"
#include "provisioning/plan/executor.hpp"
#include "tests/support/facts.hpp"
#include "tests/support/history_tenant.hpp"

namespace acctl::test {

class RandomHistory {
 public:
  RandomHistory(HistoryTenant& tenant, unsigned seed);

  // Some events, and then an undo of one of the runs among them.
  void run();

  // What did not hold, with all that happened before; "" for a history that kept the law.
  const std::string& violation() const { return violation_; }
  int restored() const { return restored_; }  // undos that succeeded
  int refused() const { return refused_; }
  bool ended_restored() const { return ended_restored_; }

 private:
  struct Event {
    std::string what;
    std::string run;  // of the ledger; "" for the application and for time
    Facts before;
    Facts after;
    std::vector<std::string> names;  // that no fact tells
    std::optional<std::size_t> undoes;
    bool undone = false;
    std::set<std::string> facts;                                   // that it changed, when it did
    std::map<std::string, std::vector<std::size_t>> writers = {};  // an undo: of these facts, whom it left as the last
  };

  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  std::string one_of(const std::vector<std::string>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }
  std::string user() { return "u" + std::to_string(1 + below(4)) + "@acme.example"; }
  std::string team() { return "t" + std::to_string(1 + below(2)); }
  std::string role() { return "r" + std::to_string(1 + below(3)); }

  // One event; false where it came to nothing.
  bool edit();
  bool edit_people();
  bool edit_roles();
  bool edit_as(const std::string& what, Scope scope, const std::function<void(State&, Notes&)>& change);
  bool apply_files();
  bool move_addresses();
  bool invite_somebody();
  bool write();
  bool let_time_pass();
  bool undo(std::size_t index);
  std::optional<std::size_t> standing_run();

  RunRecord record(const std::string& command);
  bool carry_out(const std::string& what, Edit edit);
  static Event happening(const std::string& what, const std::string& run = "");
  bool note(Event event);
  std::size_t root(std::size_t index) const;
  void mark_undone(std::size_t index, bool undone);
  bool stands(std::size_t index) const { return !events_[index].undone; }
  std::set<std::string> names_since(std::size_t index) const;
  void check_restored(std::size_t index, const Facts& before);
  void check_refused(std::size_t index, const Facts& before, const Error& error);
  void check_writers(std::size_t index);
  void check_log();
  void fail(const std::string& why);

  HistoryTenant& tenant_;
  FactBook book_;
  std::mt19937 random_;
  std::vector<Event> events_;
  Facts now_;
  std::map<std::string, std::vector<std::size_t>> writers_;  // of each fact, the standing runs that wrote it
  int year_ = 2026;
  int runs_ = 0;
  int restored_ = 0;
  int refused_ = 0;
  bool ended_restored_ = false;
  std::string violation_;
};

}  // namespace acctl::test
