#include <filesystem>
#include <fstream>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "commands/meta/show_page.hpp"
#include "man/html.hpp"
#include "man/pages.hpp"
#include "man/roff.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

struct ShowManual {
  std::vector<std::string> page;
  std::string directory;
  std::string html;
};

// Not write_file(), which makes private files: everybody may read a page, and it is quickly made again.
void write_public_file(const std::string& path, const std::string& text) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  std::ofstream file(path, std::ios::trunc);
  file << text;
  file.close();
  if (!file) throw Error(ErrorKind::failed, "cannot write " + path);
}

void write_pages(const Command& root, const std::string& directory) {
  for (const PageEntry& entry : list_pages(root)) {
    const std::string section = std::to_string(entry.section);
    write_public_file(directory + "/man" + section + "/" + entry.name + "." + section,
                      render_roff(make_page(root, entry)));
  }
}

void write_site(const Command& root, const std::string& directory) {
  for (const SiteFile& file : html_manual(root)) write_public_file(directory + "/" + file.name, file.text);
}

void list_manual(Session& session) {
  RecordWriter out = session.records(Shape::many, {"PAGE", "SECTION", "SUMMARY"});
  for (const PageEntry& page : list_pages(session.root())) {
    out.add({{"page", page.name}, {"section", page.section}, {"summary", page.summary}});
  }
  out.finish();
}

void run(Session& session, const ShowManual& options) {
  const Command& root = session.root();
  if (!options.directory.empty() || !options.html.empty()) {
    if (session.settings().dry_run) {
      session.terminal().info("dry run: " + std::to_string(list_pages(root).size()) + " pages would be written below " +
                              (options.directory.empty() ? options.html : options.directory));
      return;
    }
    if (!options.directory.empty()) write_pages(root, options.directory);
    if (!options.html.empty()) write_site(root, options.html);
  } else if (!options.page.empty()) {
    show_page(make_page(root, find_page(root, join(options.page, " "))));
  } else {
    list_manual(session);
  }
}

}  // namespace

Command manual_command() {
  return command<ShowManual>("manual", "list, show or install the manual pages of acctl", run)
      .describe(R"(
Lists the manual pages, shows one, or writes the sources of all of them to the subfolders man1, man5 and man7 of a
folder. On a terminal a page is shown by man, or by the pager if man is not installed; elsewhere it is plain text. With
--html, writes the manual for a browser: one folder with search, which needs no server.

A command and a file can have pages of the same name, in section 1 and in section 5; then the first one is shown unless
the section is named: 'acctl manual plan' shows acctl-plan(1), and 'acctl manual 5 plan' acctl-plan(5).)")
      .argument("[PAGE...]", "page to show, such as tenant-create, definitions, tutorial or 5 plan", &ShowManual::page)
      .option("--directory DIR", "write all pages below this folder", &ShowManual::directory)
      .values(Values::file)
      .option("--html DIR", "write the manual as HTML into this folder", &ShowManual::html)
      .values(Values::file)
      .example("acctl manual tutorial", "Read a page.")
      .example("acctl manual tenant-create", "Read about one command.")
      .example("acctl manual 5 plan", "Read about a file whose name is also that of a command.")
      .example("acctl manual --directory ~/.local/share/man", "Install the pages for the current user.")
      .example("acctl manual --html acctl-manual", "Write the manual for a browser; open acctl-manual/index.html.");
}

}  // namespace acctl
