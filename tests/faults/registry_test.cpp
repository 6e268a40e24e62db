// Fault 3 for the commands that change what the registry says of a tenant, and with it the tenant's own database.
#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

namespace {

void create(const TestPlatform& platform, const std::string& slug) { must_succeed(platform, create_words(slug)); }

// Two commits, the registry's first: between the two the same call completes it.
const Subject set_plan = {.prepare = create, .words = [](const std::string& slug) -> Words {
                            return {"tenant",  "set-plan", slug,        "--plan", "pro",
                                    "--seats", "7",        "--feature", "sso=on", "--yes"};
                          }};

const Subject edit = {.prepare = create,
                      .words = [](const std::string& slug) -> Words {
                        return {
                            "tenant",  "edit",    slug,    "--name", "Other", "--domain", "help." + slug + ".example",
                            "--force", "--notes", "a note"};
                      },
                      .atomic = true};

}  // namespace

TEST_CASE("fault 3: tenant set-plan is killed at any message") { kill_everywhere(set_plan, 5); }
TEST_CASE("fault 3: tenant edit is killed at any message") { kill_everywhere(edit, 4); }
