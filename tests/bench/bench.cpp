// Measures acctl against a floor in the same run: pairs in turn, medians, ratios. See CONTRIBUTING.md for how to run
// it.
//
//   bench [ROUNDS [provisioning|definitions|people|mail|fleet|growth|scale]]     a Markdown table on standard output
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "tests/bench/harness.hpp"

int main(int argc, char** argv) {
  const std::string part = argc > 2 ? argv[2] : "";
  try {
    acctl::test::Harness bench(argc > 1 ? std::atoi(argv[1]) : 15);
    std::printf("| what | acctl (ms) | floor (ms) | ratio | wanted |\n|---|---|---|---|---|\n");
    if (part.empty() || part == "provisioning") measure_provisioning(bench);
    if (part.empty() || part == "definitions") measure_definitions(bench);
    if (part.empty() || part == "people") measure_people(bench);
    if (part.empty() || part == "mail") measure_mail(bench);
    if (part.empty() || part == "fleet") measure_fleet(bench);
    if (part.empty() || part == "growth") measure_growth(bench);
    if (part.empty() || part == "scale") measure_scale(bench);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
  return 0;
}
