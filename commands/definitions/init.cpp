#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/commands.hpp"
#include "commands/definitions/repository.hpp"
#include "commands/shared/execute_plan.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/definitions/packs.hpp"
#include "provisioning/definitions/yaml.hpp"
#include "provisioning/tenants/export.hpp"

namespace acctl {

namespace {

namespace fs = std::filesystem;

struct LayOut {
  std::string folder = ".";
  std::string pack;
  bool users = false;
  std::vector<std::string> only;
  std::string manager;
  std::vector<std::string> ci;
};

std::string tenant_document(Session& session, const LayOut& options) {
  Platform platform = open_for_tenants(session);
  const std::vector<Tenant> tenants =
      selected_tenants(session, platform, {}, {}, Unnamed::refused, Reach::suspended_too);
  require_single(tenants, "init");
  return export_tenant(platform, tenants.front(), {.users = options.users, .only = only_kinds(options.only)});
}

// The pack that is named, or the tenant; with neither the default pack.
std::string first_document(Session& session, const LayOut& options) {
  if (!options.pack.empty() && session.given("--tenant")) {
    throw Error(ErrorKind::invalid, "--pack and --tenant both say what to begin with", "Give one of them.");
  }
  if (options.pack.empty() && !session.settings().tenants.empty()) return tenant_document(session, options);
  if (options.users) {
    throw Error(ErrorKind::invalid, "--include-users: a pack has no users", "Name a tenant with -t.");
  }
  session.only_look();  // works on files alone
  return std::string(require_pack(options.pack.empty() ? "helpdesk" : options.pack).yaml);
}

// What there is to do with `file`: "create", "keep" (somebody's own), "unchanged". Throws Error(invalid) for what is in
// the way and is no file.
std::string find_action(const fs::path& path, const RepositoryFile& file) {
  const fs::file_status status = fs::symlink_status(path);
  if (!fs::exists(status)) return "create";
  if (!fs::is_regular_file(fs::status(path))) {
    throw Error(ErrorKind::invalid, path.string() + " is in the way: it is not a file",
                "Remove it, or choose another folder.");
  }
  return read_file(path.string(), yaml_size_limit) == file.text ? "unchanged" : "keep";
}

// Everybody may read what goes into a repository; create_file() makes private files.
void set_mode(const fs::path& path, bool executable) {
  using fs::perms;
  perms mode = perms::owner_read | perms::owner_write | perms::group_read | perms::others_read;
  if (executable) mode |= perms::owner_exec | perms::group_exec | perms::others_exec;
  fs::permissions(path, mode);
}

void lay_out(const fs::path& path, const RepositoryFile& file) {
  fs::create_directories(path.parent_path());
  create_file(path.string(), file.text);
  set_mode(path, file.executable);
}

std::string done_word(const std::string& action) {
  if (action == "create") return "created";
  return action == "keep" ? "kept" : action;
}

void tell_next(Session& session, const std::string& folder, std::size_t kept) {
  if (kept > 0) {
    session.terminal().info(std::to_string(kept) + (kept == 1 ? " file exists" : " files exist") +
                            " with other content; nothing was overwritten");
  }
  session.terminal().info("next: cd " + shell_quoted(folder) +
                          " && git config core.hooksPath .githooks && acctl plan -f definitions --all");
}

void run(Session& session, const LayOut& options) {
  const std::vector<RepositoryFile> files =
      repository_files({.document = first_document(session, options),
                        .only = only_kinds(options.only),
                        .manager = options.manager,
                        .ci = options.ci,
                        .context = session.given("--context") ? session.settings().context : ""});
  const fs::path top = options.folder;
  RecordWriter out = session.records(Shape::many, {"PATH", "ACTION"});
  std::size_t kept = 0;
  try {
    // All are looked at before one is written.
    std::vector<std::string> actions;
    for (const RepositoryFile& file : files) actions.push_back(find_action(top / file.path, file));
    for (std::size_t i = 0; i < files.size(); ++i) {
      const RepositoryFile& file = files[i];
      kept += actions[i] == "keep" ? 1 : 0;
      out.add({{"path", (top / file.path).lexically_normal().string()},
               {"action", session.settings().dry_run ? actions[i] : done_word(actions[i])}});
      if (session.settings().dry_run) continue;
      if (actions[i] == "create") lay_out(top / file.path, file);
      // An earlier run may have been killed before this.
      if (actions[i] == "unchanged" && file.executable) set_mode(top / file.path, true);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::failed, "cannot write " + error.path1().string() + ": " + error.code().message(),
                "Choose a folder that you may write into.");
  }
  out.finish();
  if (!session.settings().dry_run) tell_next(session, options.folder, kept);
}

}  // namespace

Command init_command() {
  return command<LayOut>("init", "lay out a repository of definitions, with editor settings and CI files", run)
      .describe(R"(
Writes the files of a repository in which definitions are kept, reviewed and applied by CI: a definitions file for each
kind, their JSON Schema and the settings with which editors use it, .acctl.yaml with the context, a pre-commit hook, the
steps of pipelines in ci/, and a README that explains them.

The definitions are those of the tenant that -t names, or of a pack. Files that exist are kept, so that the same call
can be repeated to complete a repository.)")
      .argument("[FOLDER]", "top folder of the repository (default: the current folder)", &LayOut::folder)
      .values(Values::file)
      .option("--pack PACK", "begin with the definitions of this pack (default: helpdesk, without -t)", &LayOut::pack)
      .choices(pack_names())
      .option("--ci SYSTEM", "add the pipelines for this CI system; repeatable", &LayOut::ci)
      .choices({"github", "gitlab"})
      .option("--include-users", "with -t: include users, their roles and the members of teams", &LayOut::users)
      .option("--only KIND,…", "begin with these kinds only, such as roles,teams; repeatable", &LayOut::only)
      .option("--manager NAME", "manager of the definitions (default: acctl)", &LayOut::manager)
      .example("acctl init rights --pack msp --ci github", "Begin with a pack, for GitHub Actions.")
      .example("acctl init -t acme --include-users --ci gitlab", "Begin with what a tenant has, in the current folder.")
      .example("acctl init --dry-run", "List the files that would be written.")
      .trail(Trail::every_look);
}

}  // namespace acctl
