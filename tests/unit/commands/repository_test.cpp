// The files that `acctl init` lays out, as values.
#include "commands/definitions/repository.hpp"

#include "provisioning/base/init_files.hpp"
#include "provisioning/definitions/packs.hpp"
#include "tests/support/catch.hpp"

namespace {

std::string texts(const std::vector<acctl::DocumentPart>& parts) {
  std::string all;
  for (const acctl::DocumentPart& part : parts) all += "[" + part.key + "]" + part.text;
  return all;
}

}  // namespace

TEST_CASE("a document is cut before its keys, and comments go with what they precede") {
  CHECK(texts(acctl::document_parts("# A\nacctl: 1\n\n# B\nroles:\n  a: {name: A}\n# C\n  b: {name: B}\nteams: {}")) ==
        "[acctl]# A\nacctl: 1\n[roles]\n# B\nroles:\n  a: {name: A}\n# C\n  b: {name: B}\n[teams]teams: {}");
  CHECK(texts(acctl::document_parts("")).empty());
}

TEST_CASE("of each pack all objects and tests are laid out, a file for each kind") {
  for (const std::string& name : acctl::pack_names()) {
    const std::string pack(acctl::require_pack(name).yaml);
    std::size_t definitions = 0;
    for (const acctl::RepositoryFile& file : acctl::repository_files({.document = pack, .only = {}, .manager = ""})) {
      if (file.path.starts_with("definitions/")) ++definitions;
      CHECK(file.executable == (file.path.starts_with("ci/") || file.path.starts_with(".githooks/")));
    }
    CHECK(definitions + 1 == acctl::document_parts(pack).size());  // but for "acctl: 1"
  }
  CHECK_THROWS(acctl::repository_files({.document = "acctl: 1\nteams: {}\n", .only = {}, .manager = ""}));
}

TEST_CASE("the files of each CI system are laid out for it alone") {
  const std::string pack(acctl::require_pack("helpdesk").yaml);
  for (const std::string system : {"github", "gitlab"}) {
    const auto files = acctl::repository_files({.document = pack, .only = {"roles"}, .manager = "ops", .ci = {system}});
    for (const acctl::InitFile& file : acctl::init_files()) {
      const bool there = std::ranges::any_of(files, [&](const auto& one) { return one.path == file.path; });
      INFO(system << " " << file.path);
      CHECK(there == (file.set == "common" || file.set == system));
    }
    const auto roles = std::ranges::find(files, "definitions/roles.yaml", &acctl::RepositoryFile::path);
    REQUIRE(roles != files.end());
    CHECK(roles->text.starts_with(
        "# yaml-language-server: $schema=../schema/definitions.json\nacctl: 1\nmanager: ops\n"));
  }
}
