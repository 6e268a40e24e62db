// What fuzzing once found, and what it starts from, at every commit.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"

// LLVMFuzzerTestOneInput() of *_fuzz.cpp, renamed by tests/CMakeLists.txt.
extern "C" int fuzz_definitions(const std::uint8_t* data, std::size_t size);
extern "C" int fuzz_plan(const std::uint8_t* data, std::size_t size);

namespace {

void replay(const std::string& folder, int (*target)(const std::uint8_t*, std::size_t)) {
  std::vector<std::filesystem::path> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(ACCTL_SOURCE "/tests/fuzz/seeds/" + folder)) {
    seeds.push_back(entry.path());
  }
  std::ranges::sort(seeds);
  CHECK(seeds.size() > 10);
  for (const std::filesystem::path& seed : seeds) {
    std::ostringstream text;
    text << std::ifstream(seed, std::ios::binary).rdbuf();
    const std::string bytes = text.str();
    INFO(seed);
    CHECK(target(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()) == 0);
  }
}

}  // namespace

TEST_CASE("the seeds of fuzzing definitions") { replay("definitions", fuzz_definitions); }
TEST_CASE("the seeds of fuzzing saved plans") { replay("plan", fuzz_plan); }
