#include "man/tasks.hpp"

#include <algorithm>
#include <set>

#include "man/texts.hpp"
#include "provisioning/base/split.hpp"

namespace acctl {

namespace {

std::vector<std::string> split_at_spaces(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

// "Title: command command | page page"
Task read_task(const Command& root, std::string_view line, std::set<std::string>& named) {
  const std::size_t colon = line.find(": ");
  const std::size_t bar = line.find(" | ", colon);
  Task task{
      .title = std::string(line.substr(0, colon)), .commands = {}, .pages = split_at_spaces(line.substr(bar + 3))};
  for (const std::string& name : split_at_spaces(line.substr(colon + 2, bar - colon - 2))) {
    const auto command = std::ranges::find(root.subcommands, name, &Command::name);
    if (command == root.subcommands.end()) continue;
    task.commands.push_back(&*command);
    named.insert(name);
  }
  return task;
}

}  // namespace

std::vector<Task> tasks(const Command& root) {
  std::vector<Task> all;
  std::set<std::string> named;
  for (const std::string_view line : split(task_text(), '\n')) {
    if (!line.empty() && line[0] != '#') all.push_back(read_task(root, line, named));
  }
  std::erase_if(all, [](const Task& task) { return task.commands.empty(); });
  Task others{.title = "Other commands", .commands = {}, .pages = {}};
  for (const Command& command : root.subcommands) {
    if (!named.contains(command.name) && !command.summary.empty()) others.commands.push_back(&command);
  }
  if (!others.commands.empty()) all.push_back(std::move(others));
  return all;
}

}  // namespace acctl
