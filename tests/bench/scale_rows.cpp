// What a tenant costs among many. On the server that the tests run on: ACCTL_TEST_POSTGRES, see scripts/postgres.sh.
#include <stdexcept>

#include "tests/bench/harness.hpp"
#include "tests/support/cluster.hpp"

namespace acctl::test {

namespace {

// Rows of the registry as acctl leaves them. The databases are not made: nothing that is done looks at the others'.
constexpr const char* crowd_rows = R"(
with made as (
  insert into acctl.tenants (id, slug, name, status, plan, server_id, database_name, owner_role, app_role, pack, admin_email,
                             admin_name, support_address, storage, trial_ends_at, activated_at,
                             schema_version)
  select x.id, 'crowd-' || x.i, 'Crowd', 'active', 'trial', 1, 'crowd-' || x.i, 'acctl_owner',
         'acctl_' || substr(replace(x.id::text, '-', ''), 1, 12) || '_app', 'helpdesk', 'a@b.example', 'A',
         'support@crowd-' || x.i, '/crowd/' || x.id, now(), now(), 1
    from (select i, gen_random_uuid() as id from generate_series(1, COUNT) i) x
  returning id, slug)
, routes as (insert into acctl.routes (hostname, tenant_id) select slug || '.acctl.localhost', id from made)
insert into acctl.tenant_steps (tenant_id, position, name, status, attempts, started_at, finished_at)
select m.id, n, 'step' || n, 'done', 1, now(), now() from made m, generate_series(1, 8) n)";

// Their roles, as PostgreSQL leaves them when the keeper of each makes it. Not in one transaction: each takes locks.
constexpr const char* crowd_roles = R"(
do $do$
declare t record; made integer := 0;
begin
  for t in select id, app_role from acctl.tenants loop
    execute format('create role %I login in role acctl_app', t.app_role);
    execute format('comment on role %I is %L', t.app_role, 'acctl tenant ' || t.id);
    if current_setting('server_version_num')::int >= 160000 then
      execute format('grant %I to %I with admin true, inherit false, set false', t.app_role,
                     'acctl_keeper_' || substr(t.app_role, 7, 2));
    end if;
    made := made + 1;
    if made % 500 = 0 then commit; end if;
  end loop;
end
$do$)";

class Crowd {
 public:
  explicit Crowd(int tenants) : acctl_(folder_.path()) {
    acctl_.environment["ACCTL_DATABASE_URL"] = cluster_.url();
    must({"platform", "init", "--storage-root", folder_.path() + "/storage"});
    std::string rows = crowd_rows;
    rows.replace(rows.find("COUNT"), 5, std::to_string(tenants));
    cluster_.query("acctl", rows);
    cluster_.query("acctl", crowd_roles);
    cluster_.query("acctl", "vacuum analyze");
    create("warm");
  }

  void create(const std::string& slug) {
    must({"tenant", "create", slug, "--name", "Bench", "--admin-email", "admin@bench.example", "-q"});
  }
  void remove(const std::string& slug) {
    must({"tenant", "delete", slug, "--confirm", slug, "--hold", "0", "--no-export", "-q"});
  }

 private:
  void must(const std::vector<std::string>& words) {
    const Result result = acctl_(words);
    if (result.status != 0) throw std::runtime_error(words.at(1) + ": " + result.err);
  }

  Cluster cluster_;
  TemporaryFolder folder_;
  Acctl acctl_;
};

}  // namespace

void measure_scale(Harness& bench) {
  Crowd few(100);
  Crowd many(10'000);
  const std::string where = ", on PostgreSQL " + test_installation().version;
  const auto slug = [](int i) { return "one" + std::to_string(i); };
  bench.compare(
      "creating a tenant among 10,000, to among 100" + where, bench.rounds(), [&](int i) { many.create(slug(i)); },
      [&](int i) { few.create(slug(i)); }, "≤ 1.3");
  bench.compare(
      "deleting a tenant among 10,000, to among 100" + where, bench.rounds(), [&](int i) { many.remove(slug(i)); },
      [&](int i) { few.remove(slug(i)); }, "≤ 1.3");
}

}  // namespace acctl::test
