// The manual: acctl(1), a page for each noun and each verb made from the command tree, and the pages whose prose
// stands in texts/. One list of all of them, and each page on demand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "man/markup.hpp"

namespace acctl {

struct PageEntry {
  std::string name;     // "acctl-tenant-create"
  int section = 1;      // 1 commands, 5 files, 7 everything else
  std::string summary;  // one line, no full stop
};

struct ManualPage {
  std::string name;
  std::string summary;
  int section = 1;
  std::vector<Block> blocks;  // no fragments
};

// acctl(1) first, then the commands in the order of the tree, then sections 5 and 7.
std::vector<PageEntry> list_pages(const Command& root);

ManualPage make_page(const Command& root, const PageEntry& entry);

// The page that `words` name: "acctl-tenant-create", "tenant-create", "tenant create", "definitions", "plan(5)",
// "plan.5" or "5 plan"; without a section the first one, as man has it. nullopt if there is none.
std::optional<PageEntry> look_up_page(const Command& root, const std::string& words);

// The same; throws Error(invalid) with the names that are near.
PageEntry find_page(const Command& root, const std::string& words);

}  // namespace acctl
