#include "provisioning/definitions/definitions.hpp"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "provisioning/base/parallel.hpp"
#include "provisioning/definitions/end_mark.hpp"
#include "provisioning/definitions/reading.hpp"
#include "provisioning/definitions/variables.hpp"
#include "provisioning/model/references.hpp"

namespace acctl {

namespace {

using namespace reading;

std::vector<std::string> top_level_keys() {
  std::vector<std::string> keys = {"acctl", "schema", "manager", "tenants", "variables", "guards", "tests"};
  for (const Kind& kind : kinds()) {
    if (!kind.internal) keys.emplace_back(kind.name);
  }
  return keys;
}

void read_top_level(const File& file, const YamlNode& key, YamlNode& value) {
  const std::string& name = key.text;
  if (name == "acctl" || name == "variables") return;
  if (name == "schema") return read_schema(file, value);
  if (name == "manager") return read_manager(file, value);
  if (name == "tenants") return read_tenants(file, value);
  if (name == "guards") return read_guards(file, value);
  if (name == "tests") return read_tests(file, value);
  const Kind* kind = find_kind(name);
  if (kind == nullptr || kind->internal) return file.complain(key, unknown_key(name, top_level_keys()));
  read_kind(file, *kind, value);
}

struct Parsed {
  const Source* source;
  YamlNode root;
};

// Of all files together; each has a limit of its own.
constexpr std::size_t node_limit = 6'000'000;

std::size_t count_nodes(const YamlNode& node) {
  std::size_t count = 1;
  for (const YamlNode& item : node.items) count += count_nodes(item);
  for (const YamlEntry& entry : node.entries) count += 1 + count_nodes(entry.value);
  return count;
}

// A file of comments alone, beside others in a folder.
bool says_nothing(const YamlNode& root) {
  return root.type == YamlNode::Type::scalar && root.text.empty() && !root.quoted;
}

void complain_of_document(const Source& source, const YamlNode& root, Problems& problems) {
  problems.add({source.name, std::max(root.line, 1), std::max(root.column, 1)},
               "a definitions document is a mapping that begins with `acctl: 1`");
}

// What became of a file.
struct Outcome {
  std::optional<YamlNode> root;
  std::vector<Diagnostic> slips = {};
  std::optional<Error> error = {};  // neither this nor a root: there were too many nodes before
  std::size_t nodes = 0;
};

// Nearly all of the time that definitions take is the scanner's of yaml-cpp, so each processor reads files of its own,
// as far as there is work for more than one.
std::vector<Outcome> read_all(const std::vector<const Source*>& sources) {
  constexpr std::size_t worth_a_thread = 32 << 10;  // bytes
  std::size_t size = 0;
  for (const Source* source : sources) size += source->text.size();
  const std::size_t workers =
      std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), 1 + size / worth_a_thread);
  std::vector<Outcome> outcomes(sources.size());
  std::atomic<std::size_t> nodes = 0;
  for_each_index(sources.size(), static_cast<int>(workers), [&](std::size_t i, std::size_t) {
    if (nodes > node_limit) return;
    try {
      outcomes[i].root = read_yaml(sources[i]->text, sources[i]->name, outcomes[i].slips);
      outcomes[i].nodes = count_nodes(*outcomes[i].root);
      nodes += outcomes[i].nodes;
    } catch (const Error& error) {
      outcomes[i].error = error;
    }
  });
  return outcomes;
}

// The files that are YAML and a mapping; the problems of the others have been added. Counts the nodes.
std::vector<Parsed> parse(const std::vector<const Source*>& sources, Problems& problems, std::size_t& nodes) {
  std::vector<Parsed> parsed;
  const Source* silent = nullptr;
  bool refused = false;
  std::vector<Outcome> outcomes = read_all(sources);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Source* source = sources[i];
    auto& [root, slips, error, count] = outcomes[i];
    if (error) {
      refused = true;
      problems.add(*error);
      continue;
    }
    for (const Diagnostic& slip : slips) problems.add_last({slip.file, slip.line, slip.column}, slip.message);
    nodes += count;
    if (nodes > node_limit || !root) {
      problems.add({source->name, 1, 1}, "all files up to this one hold more than 6,000,000 values");
      return parsed;
    }
    if (root->type == YamlNode::Type::mapping) {
      parsed.push_back({source, std::move(*root)});
    } else if (source->from_folder && says_nothing(*root)) {
      silent = source;
    } else {
      refused = true;
      complain_of_document(*source, *root, problems);
    }
  }
  if (parsed.empty() && !refused && silent != nullptr) complain_of_document(*silent, {}, problems);
  return parsed;
}

}  // namespace

Definitions read_definitions(const std::vector<Source>& sources, const ReadOptions& options) {
  reading::DefinitionsReading reading;
  reading.options = options;
  std::vector<const Source*> sorted;
  for (const Source& source : sources) sorted.push_back(&source);
  std::ranges::sort(sorted, {}, &Source::name);
  for (const Source* source : sorted) reading.result.files.push_back(source->name);

  std::size_t nodes = 0;
  std::vector<Parsed> parsed = parse(sorted, reading.problems, nodes);
  Variables variables(options);
  for (const auto& [source, root] : parsed) {
    if (const YamlNode* node = root.find("variables")) variables.declare({source->name, reading}, *node);
  }
  for (auto& [source, root] : parsed) {
    const bool is_export = options.exports && end_mark_problem(source->text).empty();
    if (is_export) reading.exports.insert(source->name);
    const File file{source->name, reading, is_export ? ValueOrigin::stored : ValueOrigin::written};
    read_version(file, root);
    for (auto& [key, value] : root.entries) {
      if (key.text != "acctl" && key.text != "schema" && key.text != "variables") variables.expand(file, value);
      read_top_level(file, key, value);
    }
    root = {};
  }
  if (nodes > 100'000) malloc_trim(0);  // they leave holes between the objects that were made of them
  check_whole(reading);
  reading.problems.finish(reading.result.files);
  variables.require_known();
  return std::move(reading.result);
}

std::vector<std::string> open_references(const Definitions& definitions) {
  std::vector<std::string> open;
  each_reference(definitions, [&](const Reference& reference) {
    if (reference.removed) return;
    const auto objects = definitions.objects.find(std::string(reference.kind));
    if (objects != definitions.objects.end() && objects->second.contains(*reference.key)) return;
    open.push_back(std::string(reference.kind) + "/" + *reference.key);
  });
  std::ranges::sort(open);
  open.erase(std::ranges::unique(open).begin(), open.end());
  return open;
}

}  // namespace acctl
