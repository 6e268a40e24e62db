#include "provisioning/database/undo_chains.hpp"

#include <algorithm>

#include "provisioning/database/undo_chains.sql.hpp"

namespace acctl {

UndoChains::UndoChains(Connection& tenant) {
  for (const Row row : tenant.query(sql::undo_runs)) {
    const std::int64_t id = row.integer(0);
    names_.emplace(id, row.view(1));
    undoes_.emplace(id, row.integer(2));
    undoers_[row.integer(2)].push_back(id);
  }
  // A run undoes an earlier one: from the latest on, whether an undo stands is known when it is asked.
  for (auto undone = undoers_.rbegin(); undone != undoers_.rend(); ++undone) {
    const auto& [id, undoers] = *undone;
    const auto standing = std::find_if(undoers.rbegin(), undoers.rend(),
                                       [&](std::int64_t undoer) { return !undone_by_.contains(undoer); });
    if (standing != undoers.rend()) undone_by_.emplace(id, *standing);
  }
  // And from the earliest on, where its chain begins.
  for (const auto& [id, undone] : undoes_) {
    const auto further = roots_.find(undone);
    roots_.emplace(id, further == roots_.end() ? undone : further->second);
  }
}

std::string UndoChains::undone_by(std::int64_t id) const {
  const auto found = undone_by_.find(id);
  return found == undone_by_.end() ? "" : names_.at(found->second);
}

std::int64_t UndoChains::root(std::int64_t id) const {
  const auto found = roots_.find(id);
  return found == roots_.end() ? id : found->second;
}

bool UndoChains::matters_since(std::int64_t root, std::int64_t since) const {
  const auto [known, fresh] = counts_.try_emplace({root, since}, 0);
  if (fresh) known->second = count_since(root, since);
  return known->second % 2 == 1;
}

std::int64_t UndoChains::count_since(std::int64_t id, std::int64_t since) const {
  std::int64_t count = 0;
  std::vector<std::int64_t> open = {id};
  while (!open.empty()) {
    const std::int64_t one = open.back();
    open.pop_back();
    count += one > since ? 1 : 0;
    if (const auto undoers = undoers_.find(one); undoers != undoers_.end())
      open.insert(open.end(), undoers->second.begin(), undoers->second.end());
  }
  return count;
}

}  // namespace acctl
