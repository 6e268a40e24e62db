// The laws of the architecture that reading the sources can check. Each violation is named as file:line.
#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/source_files.hpp"

using acctl::test::find_places;
using acctl::test::place;
using acctl::test::program_folders;
using acctl::test::read_program;
using acctl::test::read_source_files;
using acctl::test::SourceFile;
using acctl::test::without_comment;

namespace {

// Calls visit(place, what is included) for every #include of `source`.
template <class Visit>
void each_include(const SourceFile& source, Visit visit) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  for (std::size_t i = 0; i < source.lines.size(); ++i) {
    std::smatch match;
    if (std::regex_search(source.lines[i], match, include)) visit(place(source, i), match[1].str());
  }
}

bool begins_with_any(const std::string& text, const std::vector<std::string>& beginnings) {
  return std::ranges::any_of(beginnings, [&](const std::string& beginning) { return text.starts_with(beginning); });
}

bool is_ours(const std::string& included) {
  return begins_with_any(included,
                         {"cli/", "commands/", "completions/", "man/", "provisioning/", "templates/", "tests/"});
}

std::vector<std::string> allowed_includes(const SourceFile& source) {
  if (source.in("provisioning")) return {"provisioning/"};
  if (source.in("commands")) return {"cli/", "commands/", "completions/", "man/", "provisioning/"};
  std::vector<std::string> allowed = {"cli/", "provisioning/base/", "provisioning/model/"};
  if (source.in("man")) allowed.emplace_back("man/");
  // It describes files from the declarations that read them.
  if (source.path == "man/file_fragments.cpp") {
    allowed.insert(allowed.end(), {"provisioning/access/invitee_file.hpp", "provisioning/definitions/yaml.hpp",
                                   "provisioning/platform/mail_settings.hpp", "provisioning/tenants/request_file.hpp"});
  }
  if (source.in("completions")) allowed.emplace_back("completions/");
  if (source.in("cli")) {
    allowed.emplace_back("provisioning/definitions/");
  }
  if (source.path == "cli/app.cpp") allowed.emplace_back("commands/commands.hpp");
  return allowed;
}

// A statement begins a string, or a line of a raw string. A verb alone is English ("create a tenant"); with what SQL
// has behind it, it is not.
const std::regex statement(
    R"re((^|"|\()\s*()re"
    R"re(select\s+([\w.*$']+\s*(,|\(|$|"|from\b|;|::)|distinct\s|.*\sfrom\s))re"
    R"re(|insert\s+into\s|update\s+[\w."]+\s+(\w+\s+)?set\s|delete\s+from\s+\w+\.?\w*\s*(where|;|"|using))re"
    R"re(|with\s+\w+\s+as\s*(materialized\s*)?\()re"
    R"re(|(create|alter|drop)\s+(or\s+replace\s+)?(unique\s+)?(table|database|role|user|schema|index|)re"
    R"re(extension|function|trigger|view|policy|type|sequence)\s+(if\s|[\w."]*["%(;]|\w+\.\w))re"
    R"re(|(grant|revoke)\s+[\w\s,]+\s(on|to|from)\s+(database|schema|table|all|function|sequence|role|public)\b)re"
    R"re(|comment\s+on\s+(database|table|schema|role)\s|set\s+(local|session)\s+\w+|set\s+role\s)re"
    R"re(|(begin|commit|rollback)\s*;|truncate\s+\w+\.\w|lock\s+table\s|copy\s+\w+\.\w))re",
    std::regex::icase);

}  // namespace

TEST_CASE("law 1: includes go one way") {
  for (const SourceFile& source : read_program()) {
    const std::vector<std::string> allowed = allowed_includes(source);
    each_include(source, [&](const std::string& where, const std::string& included) {
      INFO(where << " includes " << included);
      CHECK((!is_ours(included) || begins_with_any(included, allowed)));
    });
  }
}

TEST_CASE("law 1: no include climbs the order of folders") {
  // Lowest first; folders of one rank know nothing of each other.
  const std::map<std::string, int> ranks = {{"provisioning/base", 0},
                                            {"provisioning/model", 1},
                                            {"provisioning/definitions", 2},
                                            {"provisioning/database", 2},
                                            {"provisioning/local", 3},
                                            {"provisioning/plan", 3},
                                            {"provisioning/platform", 4},
                                            {"provisioning/access", 5},
                                            {"provisioning/tenants", 6},
                                            {"provisioning/delivery", 7},
                                            {"provisioning/fleet", 8},
                                            {"cli", 9},
                                            {"man", 10},
                                            {"completions", 10},
                                            {"commands/reports", 11},
                                            {"commands/shared", 12},
                                            {"commands", 13}};
  const auto folder_in = [](const std::string& path) { return path.substr(0, path.rfind('/')); };
  const auto rank = [&](std::string folder) {
    while (!ranks.contains(folder) && folder.find('/') != std::string::npos) folder = folder_in(folder);
    REQUIRE(ranks.contains(folder));
    return ranks.at(folder);
  };
  const std::vector<std::string> ours = {"provisioning", "cli", "man", "completions", "commands"};
  for (const SourceFile& source : read_source_files(ours, {".cpp", ".hpp"})) {
    if (source.path == "cli/app.cpp") continue;  // the composition root
    const std::string own = folder_in(source.path);
    each_include(source, [&](const std::string& where, const std::string& included) {
      if (std::ranges::find(ours, included.substr(0, included.find('/'))) == ours.end()) return;
      INFO(where << " includes " << included);
      const std::string theirs = folder_in(included);
      // A folder within one of these is a part of it; each noun is a folder of its own, declared in commands.hpp.
      const bool together = own == theirs || included == "commands/commands.hpp" ||
                            (!own.starts_with("commands") && rank(own) == rank(theirs) &&
                             (own.starts_with(theirs) || theirs.starts_with(own)));
      CHECK((together || rank(theirs) < rank(own)));
    });
  }
}

TEST_CASE("law 1: each foreign library has one home, and no header of ours needs it") {
  struct Home {
    std::string library;
    std::vector<std::string> folders;
  };
  // native_session.hpp and curl.hpp show what a library is made of; they are as foreign as what they include.
  const std::vector<Home> homes = {{"libpq", {"provisioning/database"}},
                                   {"pqxx/", {"provisioning/database"}},
                                   {"provisioning/database/native_session.hpp", {"provisioning/database"}},
                                   {"curl/", {"provisioning/delivery"}},
                                   {"provisioning/delivery/curl.hpp", {"provisioning/delivery"}},
                                   {"yaml-cpp/", {"provisioning/definitions"}},
                                   {"CLI/", {"cli"}},
                                   {"spdlog/", {"cli"}},
                                   {"utf8proc.h", {"provisioning/base"}},
                                   // Digests and random bytes; passwords of servers; tokens.
                                   {"sodium", {"provisioning/base", "provisioning/database", "provisioning/access"}}};
  for (const SourceFile& source : read_program()) {
    if (source.path == "provisioning/database/native_session.hpp" || source.path == "provisioning/delivery/curl.hpp")
      continue;
    each_include(source, [&](const std::string& where, const std::string& included) {
      for (const Home& home : homes) {
        INFO(where << " includes " << included);
        const bool at_home =
            std::ranges::any_of(home.folders, [&](const std::string& folder) { return source.in(folder); });
        CHECK((!included.starts_with(home.library) || (at_home && !source.is_header())));
      }
    });
  }
}

TEST_CASE("law 2: no SQL in sources outside provisioning/database") {
  std::vector<SourceFile> elsewhere = read_program();
  std::erase_if(elsewhere, [](const SourceFile& source) { return source.in("provisioning/database"); });
  CHECK(find_places(elsewhere, statement) == std::vector<std::string>());
  CHECK(find_places(elsewhere, std::regex(R"((\.|->)(query|script)\(\s*(R?"|std::string\())")) ==
        std::vector<std::string>());
}

TEST_CASE("law 2: what is taken for SQL, and what for English") {
  const auto is_sql = [](const std::string& text) { return std::regex_search(text, statement); };
  for (const char* sql :
       {"query(\"select 1\")", "\"SELECT id, name from x\"", "\"select version()\"", "\"insert into t values ($1)\"",
        "  update app.users set name = $1", "\"delete from app.users where id = $1\"", "\"create database \" + name",
        "\"alter role \" + name", "\"drop database if exists x\"", "\"grant connect on database \"",
        "\"comment on database \"", "\"set local role \"", "\"begin; select\"", "\"with x as (select 1)\""}) {
    INFO(sql);
    CHECK(is_sql(sql));
  }
  for (const char* english :
       {"\"create a tenant\"", "\"drop the database of a tenant\"", "\"select the tenants by plan\"",
        "\"update the seats\"", "\"delete a user\"", "\"grant a role to a user\"", "\"begin with version\"",
        "\"revoke roles from users\"", "\"create database and roles\"", "\"insert\"", "\"set the plan\"",
        "\"with the same arguments\"", "\"delete from the registry\"", "\"acctl role create support\""}) {
    INFO(english);
    CHECK_FALSE(is_sql(english));
  }
}

TEST_CASE("law 2: every named query is used by the program") {
  std::string code;
  for (const SourceFile& source : read_program()) {
    for (const std::string& line : source.lines) code += without_comment(line) + "\n";
  }
  std::set<std::string> used;
  const std::regex use(R"(\bsql::(?:\w+::)*(\w+))");
  for (std::sregex_iterator at(code.begin(), code.end(), use), end; at != end; ++at) used.insert((*at)[1].str());
  std::size_t queries = 0;
  for (const SourceFile& source : read_source_files({"provisioning"}, {".sql"})) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      constexpr std::string_view head = "-- name: ";
      if (!source.lines[i].starts_with(head)) continue;
      ++queries;
      INFO(place(source, i) << ": " << source.lines[i]);
      CHECK(used.contains(source.lines[i].substr(head.size())));
    }
  }
  CHECK(queries > 100);
}

TEST_CASE("one door: nothing but provisioning/tenants/session.cpp opens a database by its name") {
  std::vector<SourceFile> elsewhere = read_program();
  std::erase_if(elsewhere, [](const SourceFile& source) {
    // Templates are nobody's yet.
    return source.path == "provisioning/tenants/session.cpp" ||
           source.path == "provisioning/tenants/template_database.cpp";
  });
  CHECK(find_places(elsewhere, std::regex(R"(platform_?(\.|->)database\()")) == std::vector<std::string>());
  // What the door would not open to is looked at by those alone who mend it, or take away what was granted there.
  std::erase_if(elsewhere, [](const SourceFile& source) {
    return source.is_header() ||
           begins_with_any(source.path, {"provisioning/tenants/doctor", "provisioning/tenants/migrate",
                                         "provisioning/tenants/provision", "provisioning/tenants/restore",
                                         "provisioning/tenants/visits"});
  });
  CHECK(find_places(elsewhere, std::regex(R"(\benter_unchecked\()")) == std::vector<std::string>());
}

TEST_CASE("one door: commands hold sessions of tenants, and no other connection") {
  CHECK(find_places(read_source_files({"commands"}, {".cpp", ".hpp"}), std::regex(R"(\bConnection\b)")) ==
        std::vector<std::string>());
}

TEST_CASE("law 3: provisioning never prints") {
  const std::regex printing(R"(std::(cout|cerr|clog)\b|\b(printf|fprintf|puts|putchar|perror)\(|\b(stdout|stderr)\b)");
  CHECK(find_places(read_source_files({"provisioning"}, {".cpp", ".hpp"}), printing) == std::vector<std::string>());
}

TEST_CASE("no file grows past 400 lines") {
  std::vector<std::string> folders = program_folders;
  folders.insert(folders.end(), {"tests", "templates", "scripts"});
  for (const SourceFile& source : read_source_files(folders, {".cpp", ".hpp", ".sql", ".sh", ".cmake", ".txt"})) {
    INFO(source.path << " has " << source.lines.size() << " lines");
    CHECK(source.lines.size() <= 400);
  }
}

TEST_CASE("every header says on top what it is for") {
  std::vector<std::string> folders = program_folders;
  folders.emplace_back("tests");
  for (const SourceFile& source : read_source_files(folders, {".hpp"})) {
    INFO(source.path);
    CHECK((!source.lines.empty() && source.lines[0].starts_with("// ")));
  }
}

TEST_CASE("questions are asked by the one decision about writing, files written by what heeds --dry-run") {
  for (const SourceFile& source : read_source_files({"commands"}, {".cpp"})) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      INFO(place(source, i));
      if (source.path != "commands/shared/consent.cpp") {
        CHECK(source.lines[i].find(".ask(") == std::string::npos);
        CHECK(source.lines[i].find(".ask_for(") == std::string::npos);
        CHECK(source.lines[i].find("Error(ErrorKind::confirmation") == std::string::npos);
      }
      const std::size_t call = source.lines[i].find("write_file(");
      const bool other = call == std::string::npos || (call > 0 && source.lines[i][call - 1] == '_');
      CHECK((other || source.path == "commands/shared/output_file.cpp" ||
             source.lines[i].find("// Not") != std::string::npos));
    }
  }
}

// Of functions that headers declare: a verb says whether it parses, reads, finds or makes (is_, holds_, has_ … ask).
TEST_CASE("no function of a header is named x_of, but for predicates") {
  const std::set<std::string> asking = {"holds_one_of", "is_one_of", "is_slip_of", "require_one_of", "speaks_of"};
  const std::regex declared(R"([\w>&*] (?:\w+::)?(\w+_of)\()");
  std::size_t seen = 0;
  for (const SourceFile& source : read_source_files(program_folders, {".hpp"})) {
    for (std::size_t i = 0; i < source.lines.size(); ++i) {
      const std::string line = without_comment(source.lines[i]);
      std::smatch match;
      if (!std::regex_search(line, match, declared)) continue;
      INFO(place(source, i) << ": " << line);
      CHECK(asking.contains(match[1].str()));
      ++seen;
    }
  }
  CHECK(seen == asking.size());
}
