#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/builder.hpp"
#include "cli/session.hpp"
#include "commands/commands.hpp"
#include "man/definitions.hpp"
#include "man/list_files.hpp"
#include "man/pages.hpp"
#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

struct ShowManual {
  std::string page;
  std::string directory;
};

void write_pages(const std::vector<ManualPage>& pages, const std::string& directory) {
  for (const ManualPage& page : pages) {
    const std::string section = std::to_string(page.section);
    const std::string folder = directory + "/man" + section;
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    const std::string path = folder + "/" + page.name + "." + section;
    // Not write_file(), which makes private files: everybody may read a page, and it is quickly made again.
    std::ofstream file(path, std::ios::trunc);
    file << page.text;
    file.close();
    if (!file) throw Error(ErrorKind::failed, "cannot write " + path);
  }
}

const ManualPage& find_page(const std::vector<ManualPage>& pages, const std::string& name) {
  std::vector<std::string> names;
  for (const ManualPage& page : pages) {
    if (page.name == name || page.name == "acctl-" + name) return page;
    names.push_back(page.name);
  }
  throw Error(ErrorKind::invalid, "there is no page '" + name + "'" + did_you_mean(name, names));
}

int run(Session& session, const ShowManual& options) {
  std::vector<ManualPage> pages = manual_pages(session.root());
  pages.push_back(definitions_page());
  std::ranges::move(list_file_pages(), std::back_inserter(pages));
  if (!options.directory.empty()) {
    if (session.settings().dry_run) {
      session.terminal().info("dry run: " + std::to_string(pages.size()) + " pages would be written below " +
                              options.directory);
      return 0;
    }
    write_pages(pages, options.directory);
  } else if (!options.page.empty()) {
    write_text(find_page(pages, options.page).text);
  } else {
    RecordWriter out = session.records(Shape::many, {{"PAGE", "/page"}, {"SUMMARY", "/summary"}});
    for (const ManualPage& page : pages) out.add({{"page", page.name}, {"summary", page.summary}});
    out.finish();
  }
  return 0;
}

}  // namespace

Command manual_command() {
  return command<ShowManual>("manual", "list, print or install the manual pages of acctl", run)
      .describe(R"(
Lists the manual pages, prints the source of one, or writes all of them to the subfolders man1 and man5 of a folder.
They are generated from the same descriptions of commands and definitions as help and explain.)")
      .argument("[PAGE]", "page to print: acctl, the first word of a command, or definitions", &ShowManual::page)
      .option("--directory DIR", "write all pages below this folder", &ShowManual::directory)
      .values(Values::file)
      .example("acctl manual version | man -l -", "Read a page of an acctl that is not installed.")
      .example("acctl manual definitions | man -l -", "Read about the format of definition files.")
      .example("acctl manual --directory ~/.local/share/man", "Install the pages for the current user.");
}

}  // namespace acctl
