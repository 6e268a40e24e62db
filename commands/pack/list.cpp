#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/pack/pack.hpp"
#include "provisioning/definitions/pack_documents.hpp"

namespace acctl {

namespace {

std::size_t count_objects(const Definitions& definitions) {
  std::size_t count = 0;
  for (const auto& [kind, objects] : definitions.objects) count += objects.size();
  return count;
}

void show_packs(Session& session, const NoOptions&) {
  RecordWriter out = session.records(Shape::many, {"NAME", "ROLES", "OBJECTS", "TEMPLATES", {"SUMMARY", Fit::whole}});
  for (const Pack& pack : packs()) {
    const Definitions seeded = read_pack(pack);
    out.add({{"name", pack.name},
             {"roles", seeded.objects.at("roles").size()},
             {"objects", count_objects(seeded)},
             {"templates", count_objects(read_starters(pack, seeded))},
             {"summary", read_pack_summary(pack)}});
  }
  out.finish();
}

}  // namespace

Command pack_list_command() {
  return command("list", "list template packs", show_packs)
      .describe("Lists the packs with the number of roles and objects that they seed, and of templates to clone.")
      .example("acctl pack list", "All packs.")
      .example("acctl pack list -o json", "The same for scripts.")
      .trail(Trail::nothing);
}

}  // namespace acctl
