// Fault 3 of the table in the design for the commands that make tenants of others, give access and write files, and for
// `platform apply`, which changes no tenant at all.
#include <filesystem>

#include "tests/faults/experiments.hpp"
#include "tests/support/catch.hpp"

using namespace acctl::test;

namespace {

void make_source(const TestPlatform& platform, const std::string&) {
  if (platform.control("select count(*) from acctl.tenants where slug = 'source'") == "0") {
    create_and_apply(platform, "source");
  }
}

const Subject clone_tenant = {.prepare = make_source, .words = [](const std::string& slug) -> Words {
                                return {"tenant", "clone",           "source",        slug,
                                        "--name", "Name of " + slug, "--admin-email", "ana@" + slug + ".example"};
                              }};

const Subject sync_directory = {.prepare = create_and_apply,
                                .words = [](const std::string& slug) -> Words {
                                  return {"user",   "sync",    "-f",    ACCTL_SOURCE "/tests/faults/directory.csv",
                                          "--role", "leaving", "--idp", "entra",
                                          "--yes",  "-t",      slug};
                                },
                                .atomic = true};

const Subject grant_role = {.prepare = create_and_apply,
                            .words = [](const std::string& slug) -> Words {
                              return {"role",  "grant", "leaving", "ben@faults.example", "cleo@faults.example",
                                      "--yes", "-t",    slug};
                            },
                            .atomic = true};

// The key of a killed run was never shown: the same call says that there is one, and another name makes another.
const Subject create_key = {.prepare = create_and_apply,
                            .words = [](const std::string& slug) -> Words {
                              return {"api-key", "create", "ben@faults.example", "--name", "reports", "-t", slug};
                            },
                            .atomic = true,
                            .done_already = 7};

std::string enterprise_of(const std::string& slug) { return "of-" + slug; }

void make_member(const TestPlatform& platform, const std::string& slug) {
  must_succeed(platform, {"enterprise", "create", enterprise_of(slug), "--name", "E"});
  must_succeed(platform, create_words(slug, {"--enterprise", enterprise_of(slug)}));
}

const Subject grant_in_enterprise = {.prepare = make_member,
                                     .words = [](const std::string& slug) -> Words {
                                       return {"enterprise",          "grant",     enterprise_of(slug),
                                               "olga@faults.example", "team-lead", "--yes"};
                                     },
                                     .atomic = true};

const Subject revoke_in_enterprise = {.prepare =
                                          [](const TestPlatform& platform, const std::string& slug) {
                                            make_member(platform, slug);
                                            must_succeed(platform, grant_in_enterprise.words(slug));
                                          },
                                      .words = [](const std::string& slug) -> Words {
                                        return {"enterprise",          "revoke",    enterprise_of(slug),
                                                "olga@faults.example", "team-lead", "--yes"};
                                      },
                                      .atomic = true};

// A tenant joins an enterprise where somebody has been granted a role already.
const Subject join_enterprise = {.prepare =
                                     [](const TestPlatform& platform, const std::string& slug) {
                                       must_succeed(platform,
                                                    {"enterprise", "create", enterprise_of(slug), "--name", "E"});
                                       must_succeed(platform, grant_in_enterprise.words(slug));
                                       must_succeed(platform, create_words(slug));
                                     },
                                 .words = [](const std::string& slug) -> Words {
                                   return {"enterprise", "add-tenant", enterprise_of(slug), slug, "--yes"};
                                 }};

}  // namespace

TEST_CASE("fault 3: tenant clone is killed at any message") { kill_everywhere(clone_tenant, 11); }
TEST_CASE("fault 3: user sync is killed at any message") { kill_everywhere(sync_directory, 7); }
TEST_CASE("fault 3: role grant is killed at any message") { kill_everywhere(grant_role, 7); }
TEST_CASE("fault 3: api-key create is killed at any message") { kill_everywhere(create_key, 6); }
TEST_CASE("fault 3: enterprise grant is killed at any message") { kill_everywhere(grant_in_enterprise, 8); }
TEST_CASE("fault 3: enterprise revoke is killed at any message") { kill_everywhere(revoke_in_enterprise, 9); }
TEST_CASE("fault 3: enterprise add-tenant is killed at any message") { kill_everywhere(join_enterprise, 9); }

// Under its final name a file is the old one or the new one, whole.
TEST_CASE("fault 3: export is killed at any message and at any step of writing its file") {
  const TestPlatform platform;
  create_and_apply(platform, "acme");
  const std::string folder = platform.folder.path() + "/exports";
  std::filesystem::create_directory(folder);
  const std::string file = folder + "/acme.yaml";
  const Words words = {"export", "--include-users", "--out", file, "-t", "acme"};
  must_succeed(platform, words);
  const std::string whole = file_text(file);
  REQUIRE(whole.find("cleo@faults.example") != std::string::npos);
  for (const std::string call : {"sendto", "recvfrom", "write", "fsync", "rename,renameat2,linkat"}) {
    sweep(1, 3, [&](int place) {
      put_file(file, "the one before");
      const FaultyRun run = run_with({call, killed, place}, platform.acctl, words);
      INFO(call << " " << place << " ended with " << run.result.status << ": " << run.result.err);
      CHECK(run.result.status == (run.hit ? 137 : 0));
      const std::string now = file_text(file);
      CHECK((now == whole || (run.hit && now == "the one before")));
      must_succeed(platform, words);
      CHECK(file_text(file) == whole);
      CHECK(complaints(platform) == "");
      return run.hit;
    });
  }
}

// All or nothing, each change with its entry in the audit trail; what the file says in the end, said once.
TEST_CASE("fault 3: platform apply is killed at any message") {
  const TestPlatform platform;
  const std::string file = platform.folder.path() + "/platform.yaml";
  const std::string before = platform.control("select max(id) from acctl.audit");  // what `platform init` set
  const auto facts = [&] {
    return platform.control(
        "select p.key || ' ' || p.seats from acctl.plans p where p.key in ('gold', 'trial') union all"
        " select s.value #>> '{}' from acctl.settings s where s.key = 'base_domain' union all"
        " select count(*) || ' changes' from acctl.audit where action = 'platform.set' and id > " +
        before + " order by 1");
  };
  const auto expected = [](int count) {
    const std::string number = std::to_string(count);
    return std::to_string(3 * count) + " changes\ngold " + number + "\nn-" + number + ".example\ntrial " + number;
  };
  int count = 0;
  const auto write_file = [&] {
    const std::string number = std::to_string(++count);
    put_file(file, "acctl: 1\nbase_domain: n-" + number + ".example\nplans:\n  gold: {name: Gold, seats: " + number +
                       "}\n  trial: {seats: " + number + "}\n");
  };
  const Words words = {"platform", "apply", "-f", file, "--yes"};
  write_file();
  must_succeed(platform, words);
  REQUIRE(facts() == expected(1));
  for (const std::string call : {"sendto", "recvfrom"}) {
    sweep(1, 2, [&](int place) {
      write_file();
      const FaultyRun run = run_with({call, killed, place}, platform.acctl, words);
      INFO(call << " " << place << " ended with " << run.result.status << ": " << run.result.err);
      CHECK(run.result.status == (run.hit ? 137 : 0));
      const std::string now = facts();
      CHECK((now == expected(count) || (run.hit && now == expected(count - 1))));
      must_succeed(platform, words);
      CHECK(facts() == expected(count));
      CHECK(complaints(platform) == "");
      return run.hit;
    });
  }
}
