// Scripts of SQL, taken apart as the server would.
#include "provisioning/database/statements.hpp"

#include "provisioning/base/embedded.hpp"
#include "tests/support/catch.hpp"

using acctl::split_statements;
using Statements = std::vector<std::string>;

TEST_CASE("a script is taken apart at its semicolons") {
  CHECK(split_statements("select 1") == Statements{"select 1"});
  CHECK(split_statements("select 1; select 2;") == Statements{"select 1", " select 2"});
  CHECK(split_statements("").empty());
  CHECK(split_statements(" ;; \n-- nothing;\n/* at; all */;").empty());
}

TEST_CASE("a semicolon in quotes, dollar quotes and comments ends no statement") {
  for (const std::string one :
       {"select 'a;b'", "select 'it''s;'", "select E'\\';'", "select U&'x;'", R"(select "a;""b")", "select $$;$$",
        "do $body$ begin; $$;$$ end; $body$", "select 1 -- a;b\n + 2", "select /* ; /* ; */ ; */ 1", "select a$b, 1",
        "select $1, ';'", "select name';'", "select 'open;"}) {
    INFO(one);
    CHECK(split_statements(one) == Statements{one});
    CHECK(split_statements(one + "\n;select 2").size() == (one.ends_with("open;") ? 1 : 2));
  }
  // Without E a backslash is a character like others.
  CHECK(split_statements("select 'a\\';select 2") == Statements{"select 'a\\'", "select 2"});
  CHECK(split_statements("select some'a\\';select 2") == Statements{"select some'a\\'", "select 2"});
}

TEST_CASE("every migration is taken apart into what it is made of") {
  for (const auto* all : {&acctl::control_migrations(), &acctl::tenant_migrations()}) {
    for (const acctl::Migration& migration : *all) {
      INFO(migration.name);
      const Statements statements = split_statements(migration.sql);
      CHECK_FALSE(statements.empty());
      std::size_t length = statements.size();
      for (const std::string& statement : statements) length += statement.size();
      CHECK(length + 200 > migration.sql.size());  // but for what stands behind the last one
    }
  }
}
