// The comment by which an export names the dump beside it.
#include "provisioning/tenants/data_dump.hpp"

#include "tests/support/catch.hpp"

TEST_CASE("an export says which dump belongs to it, and nothing is read into other texts") {
  const std::string digest(64, 'a');
  const acctl::DataDump dump{.file = "/x", .bytes = 4711, .sha256 = digest};
  const std::string comment = acctl::data_comment(dump);
  CHECK(comment == "# data: 4711 bytes, sha256 " + digest + "\n");
  const acctl::DataDump read = acctl::read_data_comment(comment + "acctl: 1\n");
  CHECK(read.bytes == 4711);
  CHECK(read.sha256 == digest);
  for (const std::string other : {"", "# data: ", "# data: x bytes, sha256 ", "acctl: 1\n# data: 4711 bytes, sha256 ",
                                  "# data: 4711 bytes, sha256 aa\n", "# data: 99999999999999999999 bytes, sha256 "}) {
    INFO(other);
    CHECK(acctl::read_data_comment(other).sha256.empty());
  }
}
