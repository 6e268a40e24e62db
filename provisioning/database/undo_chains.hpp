// Follows which runs of a tenant's ledger undid which. An undo is a run and can be undone itself, which makes what it
// undid stand again, and so on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provisioning/database/connection.hpp"

namespace acctl {

class UndoChains {
 public:
  explicit UndoChains(Connection& tenant);

  // The run that currently undoes run `id`; "" if it stands.
  std::string undone_by(std::int64_t id) const;

  // The run that all began with which undid each other down to `id`; `id` itself where it undid nothing.
  std::int64_t root(std::int64_t id) const;

  // Whether `root` and what undid and redid it, as far as they came after run `since`, come to a change: two of them
  // take each other back.
  bool matters_since(std::int64_t root, std::int64_t since) const;

 private:
  std::int64_t count_since(std::int64_t id, std::int64_t since) const;

  std::map<std::int64_t, std::string> names_;
  std::map<std::int64_t, std::int64_t> undoes_;
  std::map<std::int64_t, std::vector<std::int64_t>> undoers_;  // the oldest first
  std::map<std::int64_t, std::int64_t> undone_by_;             // what stands undone, and by which run
  std::map<std::int64_t, std::int64_t> roots_;                 // of runs that undo another
  mutable std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> counts_;  // of count_since()
};

}  // namespace acctl
