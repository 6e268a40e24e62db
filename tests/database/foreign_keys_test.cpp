// Every foreign key of both databases has an index that serves it.
#include "tests/support/catch.hpp"
#include "tests/support/platform.hpp"

using acctl::test::TestPlatform;

namespace {

// Foreign keys of `database` that no valid index begins with. Of several columns the first one is the id that is
// referred to; the others follow from it. A partial index serves where it leaves out nothing but rows that refer to
// nothing.
std::string unserved(const TestPlatform& platform, const std::string& database) {
  return platform.in(
      database,
      "select k.conrelid::regclass || ' ' || pg_get_constraintdef(k.oid) from pg_constraint k join pg_attribute a on "
      "a.attrelid = k.conrelid and a.attnum = k.conkey[1] where k.contype = 'f' and k.connamespace::regnamespace::text "
      "in ('app', 'acctl') and not exists (select from pg_index i where i.indrelid = k.conrelid and i.indisvalid and "
      "i.indkey[0] = a.attnum and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT "
      "NULL)', "
      "a.attname))) order by 1");
}

}  // namespace

TEST_CASE("every foreign key has an index that serves it, in the control database and in a tenant's") {
  const TestPlatform platform;
  platform.create("acme");
  CHECK(unserved(platform, "acctl") == "");
  CHECK(unserved(platform, "acme") == "");
  // The question finds what it is asked for.
  platform.in("acme", "drop index app.views_project; drop index app.api_keys_user");
  CHECK(unserved(platform, "acme") ==
        "app.api_keys FOREIGN KEY (user_id) REFERENCES app.users(id) ON DELETE CASCADE\n"
        "app.views FOREIGN KEY (project_id) REFERENCES app.projects(id) ON DELETE RESTRICT");
}
