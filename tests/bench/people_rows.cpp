// People: many invited at once, one among many, and the review of all.
#include <algorithm>
#include <cstdio>

#include "provisioning/base/files.hpp"
#include "tests/bench/harness.hpp"

namespace acctl::test {

namespace {

constexpr int many = 100'000;

class PeopleBench {
 public:
  explicit PeopleBench(Harness& harness) : bench(harness) {}

  void run() {
    invite_many();
    invite_one();
    review();
  }

 private:
  static std::vector<std::string> words(const std::vector<std::string>& command, const std::string& tenant) {
    std::vector<std::string> all = {ACCTL_PROGRAM};
    all.insert(all.end(), command.begin(), command.end());
    all.insert(all.end(), {"-t", tenant, "-q"});
    return all;
  }

  void create(const std::string& slug) {
    bench.must({ACCTL_PROGRAM, "tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example",
                "-q", "--plan", "enterprise"});
  }

  // The same people, roles, invitations and mails, written by hand.
  std::string floor_script(const std::string& csv) const {
    return "create temp table staging (email text, name text, role text);\n\\copy staging from '" + csv +
           "' with (format csv, header)\n"
           "with fresh as (insert into app.users (email, name) select s.email, s.name from staging s\n"
           "  on conflict ((lower(email))) do nothing returning id, email),\n"
           "held as (insert into app.user_roles (user_id, role_id) select f.id, r.id from fresh f\n"
           "  join staging s on s.email = f.email join app.roles r on r.key = s.role),\n"
           "invited as (insert into app.invitations (user_id, email, token_hash, nonce, expires_at)\n"
           "  select f.id, f.email, sha256(f.email::bytea), sha256(f.email::bytea), now() + interval '7 days' from "
           "fresh f\n"
           "  returning id, user_id, email)\n"
           "insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce)\n"
           "  select 'floor', 'invitation', i.email, i.user_id, i.id, sha256('') from invited i;\n";
  }

  void invite_many() {
    const std::string csv = bench.path("people.csv");
    std::string text = "email,name,role\n";
    for (int i = 0; i < many; ++i) {
      text += "person" + std::to_string(i) + "@bench.example,Person " + std::to_string(i) + ",support-agent\n";
    }
    write_file(csv, text);
    const std::string script = bench.path("invite.sql");
    write_file(script, floor_script(csv));
    const int rounds = std::min(bench.rounds(), 3);
    for (int i = 0; i <= rounds; ++i) {
      create("invite" + std::to_string(i));
      create("floor" + std::to_string(i));
    }
    const std::string psql = binary_of_postgresql("psql");
    const auto invite = [&](int i) {
      return words({"user", "invite", "--file", csv, "--timeout", "5m"}, "invite" + std::to_string(i));
    };
    bench.compare(
        "inviting 100,000 people from CSV, to COPY and one INSERT … SELECT of the same rows", rounds,
        [&](int i) { bench.must(invite(i)); },
        [&](int i) {
          bench.must(
              {psql, "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", script, bench.url_of("floor" + std::to_string(i))});
        },
        "≤ 1.67");
    create("memory");
    const double memory = peak(bench.resources(words({"user", "invite", "--file", csv, "--timeout", "5m"}, "memory")));
    std::printf("| the same: memory | %.0f MiB | | | ≤ 200 MB |\n", memory);
  }

  void invite_one() {
    create("empty");
    bench.sql("analyze", "memory");
    int count = 0;
    const auto invite = [&](const std::string& slug) {
      bench.must(words(
          {"user", "invite", "one" + std::to_string(++count) + "@bench.example", "--role", "support-agent"}, slug));
    };
    bench.compare(
        "inviting one person into 100,000 users, to the same into none", bench.rounds() * 2,
        [&](int) { invite("memory"); }, [&](int) { invite("empty"); }, "≤ 1.2");
  }

  void review() {
    create("review");
    bench.sql(
        "insert into app.users (email, name, status) select 'user' || i || '@bench.example', 'User ' || i, 'active' "
        "from generate_series(1, 10000) i; insert into app.roles (key, name) select 'bench-' || i, 'Bench ' || i from "
        "generate_series(1, 50) i; insert into app.role_permissions (role_id, permission_id) select r.id, p.id from "
        "app.roles r, app.permissions p where r.key like 'bench-%' and p.key <> '*' and (r.id + p.id) % 3 = 0; "
        "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where r.key "
        "like "
        "'bench-%' and u.email like 'user%' and (r.id + u.id) % 10 = 0; analyze",
        "review");
    std::vector<double> times;
    for (int i = 0; i < 3; ++i) {
      times.push_back(milliseconds([&] { bench.must(words({"review", "-o", "csv"}, "review")); }));
    }
    const double memory = peak(bench.resources(words({"review", "-o", "csv"}, "review")));
    std::printf("| `review` of 10,000 users and 50 roles | %.0f | | | ≤ 3000 ms |\n", median(times));
    std::printf("| the same: memory | %.0f MiB | | | |\n", memory);
  }

  Harness& bench;
};

}  // namespace

void measure_people(Harness& bench) { PeopleBench(bench).run(); }

}  // namespace acctl::test
