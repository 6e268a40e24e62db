// The room in which examples of the manual are run: a platform with the tenants acme, bert and globex, people in acme,
// and a folder with the files that examples name. What they print is masked, so that it is the same each time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/platform.hpp"

namespace acctl::test {

struct ExampleRun {
  int status = 0;
  std::string output;  // masked; standard output and standard error as a terminal shows them
};

class ExampleRoom {
 public:
  ExampleRoom();

  // As after the constructor: each page begins there.
  void start_anew();

  // A line of shell, in the folder of the files; 3f9c0a71d2e4 in it stands for the newest run in acme.
  ExampleRun run(const std::string& line) const;

  // What it writes to standard output alone, masked.
  std::string data(const std::string& line) const;

 private:
  Result in_shell(std::string line) const;
  void seed();
  std::string mask(std::string text) const;

  TestPlatform seeded_;
  TemporaryFolder kept_;
  std::unique_ptr<Cluster> cluster_;
  std::map<std::string, std::string> environment_;
};

// Times, ids, keys, tokens and durations as the manual shows them, which are the same in every run.
std::string masked_ids(std::string text);

// At most `most` lines, and how many more there are.
std::string abridged(const std::string& text, std::size_t most);

// Whether ACCTL_RENEW_MANUAL asks for new outputs instead of a comparison.
bool renews_manual();

}  // namespace acctl::test
