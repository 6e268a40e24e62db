#include "commands/reports/change_blocks.hpp"

#include <map>

#include "commands/reports/change_text.hpp"

namespace acctl {

std::vector<ChangeBlock> change_blocks(const std::vector<Change>& changes) {
  std::vector<ChangeBlock> blocks;
  std::map<std::string, std::size_t> by_name;
  // A member can come before its owner, such as those of an owner that is removed.
  for (const Change& change : changes) {
    const bool edge = is_edge(change);
    const std::string name = edge ? edge_words(change).owner : to_address(change);
    const auto [found, added] = by_name.try_emplace(name, blocks.size());
    if (added) blocks.push_back({.change = nullptr, .owner = name, .edges = {}});
    ChangeBlock& block = blocks[found->second];
    if (edge) {
      block.edges.push_back(&change);
    } else {
      block.change = &change;
    }
  }
  return blocks;
}

}  // namespace acctl
