#include "man/pages.hpp"

#include <algorithm>

#include "man/command_pages.hpp"
#include "man/fragments.hpp"
#include "man/texts.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

void add_commands(const Command& command, const std::string& name, std::vector<PageEntry>& pages) {
  pages.push_back({name, 1, command.summary});
  for (const Command& sub : command.subcommands) add_commands(sub, name + "-" + sub.name, pages);
}

std::string to_file_name(const PageEntry& entry) { return entry.name + "." + std::to_string(entry.section); }

const ManualText* find_text(const PageEntry& entry) {
  const auto found = std::ranges::find(manual_texts(), to_file_name(entry), &ManualText::name);
  return found == manual_texts().end() ? nullptr : &*found;
}

void fill_in(const Command& root, const std::vector<Block>& source, std::vector<Block>& page) {
  for (const Block& block : source) {
    if (block.kind != Block::Kind::fragment) {
      page.push_back(block);
    } else {
      std::ranges::move(make_fragment(root, block.text), std::back_inserter(page));
    }
  }
}

}  // namespace

std::vector<PageEntry> list_pages(const Command& root) {
  std::vector<PageEntry> pages;
  add_commands(root, root.name, pages);
  std::vector<PageEntry> others;
  for (const ManualText& text : manual_texts()) {
    Markup head = parse_head(text.text);
    if (head.section != 1) others.push_back({std::move(head.name), head.section, std::move(head.summary)});
  }
  std::ranges::stable_sort(others, {}, &PageEntry::section);
  std::ranges::move(others, std::back_inserter(pages));
  return pages;
}

ManualPage make_page(const Command& root, const PageEntry& entry) {
  ManualPage page{.name = entry.name, .summary = entry.summary, .section = entry.section, .blocks = {}};
  if (const ManualText* text = find_text(entry)) {
    fill_in(root, parse_markup(text->text).blocks, page.blocks);
  } else {
    page.blocks = command_blocks(root, entry.name);
  }
  return page;
}

std::optional<PageEntry> look_up_page(const Command& root, const std::string& words) {
  std::string name = words;
  std::ranges::replace(name, ' ', '-');
  for (PageEntry& page : list_pages(root)) {
    const std::string section = std::to_string(page.section);
    const std::string shorter = page.name.starts_with("acctl-") ? page.name.substr(6) : page.name;
    for (const std::string& called : {page.name, shorter}) {
      for (const std::string& way : {called, called + "(" + section + ")", called + "." + section,
                                     section + "-" + called, called + "-" + section}) {
        if (way == name) return std::move(page);
      }
    }
  }
  return std::nullopt;
}

PageEntry find_page(const Command& root, const std::string& words) {
  if (std::optional<PageEntry> page = look_up_page(root, words)) return *std::move(page);
  std::vector<std::string> names;
  for (const PageEntry& page : list_pages(root)) {
    names.push_back(page.name.starts_with("acctl-") ? page.name.substr(6) : page.name);
  }
  throw Error(ErrorKind::invalid, "there is no page '" + words + "'" + did_you_mean(words, names),
              "'acctl manual' lists all pages.");
}

}  // namespace acctl
