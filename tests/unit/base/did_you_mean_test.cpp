#include "provisioning/base/did_you_mean.hpp"

#include "tests/support/catch.hpp"

using acctl::did_you_mean;

TEST_CASE("a mistyped word is recognised") {
  CHECK(did_you_mean("verison", {"help", "version"}) == "; did you mean 'version'?");
  CHECK(did_you_mean("--outptu", {"--output", "--quiet"}) == "; did you mean '--output'?");
}

TEST_CASE("an abbreviation is recognised, however much is left out") {
  CHECK(did_you_mean("--vers", {"--verbose", "--version"}) == "; did you mean '--version'?");
  CHECK(did_you_mean("--no", {"--name", "--no-color"}) == "; did you mean '--no-color'?");
  CHECK(did_you_mean("--", {"--no-color"}).empty());
}

TEST_CASE("nothing is suggested for a word that is far from all") {
  CHECK(did_you_mean("frobnicate", {"help", "version"}).empty());
  CHECK(did_you_mean("", {"help"}).empty());
}
