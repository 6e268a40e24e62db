#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/pack/pack.hpp"
#include "commands/shared/imperative.hpp"
#include "provisioning/definitions/pack_documents.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/model/template_names.hpp"
#include "provisioning/plan/template_clones.hpp"

namespace acctl {

namespace {

using Json = nlohmann::ordered_json;

struct ShowPack {
  std::string name;
};

// A template whole, as values; else the line of a list.
Json template_record(const Session& session, const std::string& kind, const std::string& key, const Object& object) {
  const std::string name = object.fields.contains("name") ? object.fields.at("name").get<std::string>() : key;
  if (!session.wants_values()) return kind + "/" + key + ": " + name;
  Json fields = Json::object();
  for (const auto& [field, value] : object.fields) fields[field.str()] = value;
  return {{"kind", kind}, {"key", key}, {"clone", std::string(template_prefix) + key}, {"fields", fields}};
}

Json pack_record(const Session& session, const Pack& pack) {
  const Definitions seeded = read_pack(pack);
  const Definitions carried = read_starters(pack, seeded);
  const State& state = clonable_state(std::string(pack.name));
  Json seeds = Json::object();
  Json templates = Json::array();
  for (const Kind& kind : kinds()) {
    const std::string name(kind.name);
    if (const auto objects = seeded.objects.find(name); objects != seeded.objects.end()) {
      for (const auto& [key, object] : objects->second) seeds[name].push_back(key);
    }
    if (const auto objects = carried.objects.find(name); objects != carried.objects.end()) {
      for (const auto& [key, object] : objects->second) {
        templates.push_back(template_record(session, name, key, *find_object(state, name, key)));
      }
    }
  }
  return {{"name", pack.name}, {"summary", read_pack_summary(pack)}, {"seeds", seeds}, {"templates", templates}};
}

void run(Session& session, const ShowPack& options) {
  const Json record = pack_record(session, require_pack(options.name));
  std::vector<Column> columns = {"name", "summary"};
  for (const auto& [kind, keys] : record["seeds"].items()) columns.push_back({kind, "/seeds/" + kind});
  columns.push_back("templates");
  session.write_record(columns, record);
}

}  // namespace

Command pack_show_command() {
  return command<ShowPack>("show", "show what a pack seeds, and the templates that files can clone from it", run)
      .describe(R"(
Shows the objects that a tenant of the pack starts with, by kind, and the templates that the pack carries beside them.
Files clone a template, or anything that the pack seeds, by `clone: pack:KEY`; what else they declare of the object
replaces what they cloned. With -o json or -o yaml, templates are shown in full.)")
      .argument("PACK", "name of the pack", &ShowPack::name)
      .choices(pack_names())
      .example("acctl pack show helpdesk", "What it seeds, and what can be cloned.")
      .example("acctl pack show helpdesk -o yaml", "The templates in full.")
      .trail(Trail::nothing);
}

}  // namespace acctl
