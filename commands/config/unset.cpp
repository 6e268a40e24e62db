#include <algorithm>

#include "cli/configuration_edit.hpp"
#include "commands/config/config.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/definitions/yaml.hpp"

namespace acctl {

namespace {

struct UnsetEntries {
  std::string context;
  std::vector<std::string> entries;
};

std::vector<std::string> names_in(const YamlNode* mapping) {
  std::vector<std::string> names;
  if (mapping == nullptr) return names;
  for (const YamlEntry& entry : mapping->entries) names.push_back(entry.key.text);
  return names;
}

// The file is read as it is: an entry that is not allowed must be possible to remove.
void run(Session& session, const UnsetEntries& options) {
  const std::string path = configuration_path();
  std::string text = configuration_text();
  const YamlNode root = read_yaml(text, path);
  const YamlNode* contexts = root.find("contexts");
  const YamlNode* context = contexts == nullptr ? nullptr : contexts->find(options.context);
  if (context == nullptr) {
    throw Error(ErrorKind::invalid,
                "there is no context '" + options.context + "'" + did_you_mean(options.context, names_in(contexts)),
                "'acctl config list' lists all contexts.");
  }
  if (options.entries.empty()) {
    const YamlNode* current = root.find("current");
    text = without_context(text, path, options.context);
    if (current != nullptr && current->text == options.context) text = with_current(text, path, "");
    save_configuration(session, text, "context " + options.context + " is removed from " + path);
    return;
  }
  const std::vector<std::string> names = names_in(context);
  for (const std::string& entry : options.entries) {
    if (std::ranges::find(names, entry) != names.end()) continue;
    throw Error(ErrorKind::invalid,
                "context " + options.context + " has no entry '" + entry + "'" + did_you_mean(entry, names),
                "'acctl config show " + options.context + "' shows its entries.");
  }
  save_configuration(session, without_entries(text, path, options.context, options.entries),
                     join(options.entries) + (options.entries.size() == 1 ? " is" : " are") + " removed from context " +
                         options.context + " in " + path);
}

}  // namespace

Command config_unset_command() {
  return of_configuration(command<UnsetEntries>("unset", "remove entries of a context, or the context", run)
                              .describe(R"(
Removes entries of a context, or without any entry the whole context. If it is the current one, no context is
current afterwards.)")
                              .argument("CONTEXT", "the context", &UnsetEntries::context)
                              .argument("[KEY...]", "entries to remove", &UnsetEntries::entries)
                              .example("acctl config unset staging tenant", "Remove the tenant of a context.")
                              .example("acctl config unset staging", "Remove the context."));
}

}  // namespace acctl
