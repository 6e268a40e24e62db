#include "provisioning/database/undo_chains.hpp"

#include <algorithm>

#include "provisioning/database/undo_chains.sql.hpp"

namespace acctl {

UndoChains::UndoChains(Connection& tenant) {
  const Rows rows = tenant.query(sql::undo_runs);
  for (int row = 0; row < rows.size(); ++row) {
    const std::int64_t id = rows.integer(row, 0);
    names_.emplace(id, rows.text(row, 1));
    undoes_.emplace(id, rows.integer(row, 2));
    undoers_[rows.integer(row, 2)].push_back(id);
  }
}

std::string UndoChains::undone_by(std::int64_t id) const {
  const auto undoers = undoers_.find(id);
  if (undoers == undoers_.end()) return "";
  const auto standing = std::find_if(undoers->second.rbegin(), undoers->second.rend(),
                                     [&](std::int64_t undoer) { return stands(undoer); });
  return standing == undoers->second.rend() ? "" : names_.at(*standing);
}

std::int64_t UndoChains::root(std::int64_t id) const {
  for (auto found = undoes_.find(id); found != undoes_.end(); found = undoes_.find(id)) id = found->second;
  return id;
}

bool UndoChains::matters_since(std::int64_t root, std::int64_t since) const {
  return count_since(root, since) % 2 == 1;
}

std::int64_t UndoChains::count_since(std::int64_t id, std::int64_t since) const {
  std::int64_t count = id > since ? 1 : 0;
  if (const auto undoers = undoers_.find(id); undoers != undoers_.end()) {
    for (const std::int64_t undoer : undoers->second) count += count_since(undoer, since);
  }
  return count;
}

}  // namespace acctl
