#include "provisioning/definitions/pack_documents.hpp"

#include <map>

#include "provisioning/definitions/definitions.hpp"

namespace acctl {

Definitions read_pack(const Pack& pack) {
  return read_definitions({{"pack " + std::string(pack.name), std::string(pack.yaml)}},
                          {.references = References::closed});
}

Definitions read_starters(const Pack& pack, const Definitions& seeded) {
  return read_definitions({{"templates of pack " + std::string(pack.name), std::string(pack.starters)}},
                          {.references = References::closed, .base = &seeded});
}

std::string read_pack_summary(const Pack& pack) {
  std::string summary;
  std::string_view rest = pack.yaml;
  while (rest.starts_with("# ")) {
    const std::string_view line = rest.substr(2, rest.find('\n') - 2);
    summary += (summary.empty() ? "" : " ") + std::string(line);
    rest.remove_prefix(line.size() + 3);
  }
  return summary;
}

const std::set<std::string>& clonable_keys(const std::string& kind) {
  static const std::map<std::string, std::set<std::string>> all = [] {
    std::map<std::string, std::set<std::string>> keys;
    for (const Pack& pack : packs()) {
      const Definitions seeded = read_pack(pack);
      const Definitions carried = read_starters(pack, seeded);
      for (const Definitions* document : {&seeded, &carried}) {
        for (const auto& [name, objects] : document->objects) {
          for (const auto& [key, object] : objects) keys[name].insert(key);
        }
      }
    }
    return keys;
  }();
  static const std::set<std::string> none;
  const auto found = all.find(kind);
  return found == all.end() ? none : found->second;
}

}  // namespace acctl
