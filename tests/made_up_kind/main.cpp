// acctl with one more kind than the table has, declared as those in provisioning/model/kinds_*.cpp are;
// tests/cli/definitions/made_up_kind_test.cpp brings its migration and walks it through the commands.
#include "cli/app.hpp"
#include "provisioning/model/kind_parts.hpp"

namespace {

using namespace acctl::kind_parts;

acctl::Kind tags() {
  return {
      .name = "tags",
      .table = "app.tags",
      .key_column = "key",
      .summary = "Words that mark tickets, made up for a test.",
      .permissions = {"tags.manage", "settings.manage"},
      .fields =
          {
              name_shown(),
              colour(),
              unique(text("code", "Short code, which no two tags share.")),
              reference("project", "project_id", "projects", "Project that the tag belongs to."),
          },
      .clonable = true,
      .example = R"(tags:
  vip:
    name: VIP
    code: V
)",
  };
}

}  // namespace

int main(int argc, char** argv) {
  acctl::add_kind(tags());
  return acctl::run({argv + 1, argv + argc});
}
