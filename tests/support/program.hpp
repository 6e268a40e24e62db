// The acctl program, run as a user runs it.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace acctl::test {

// The words as exec takes them, with a null at the end; good while `words` stays as it is.
std::vector<char*> pointers(std::vector<std::string>& words);

// The acctl under test: ACCTL_TEST_PROGRAM of the environment, else the one of this build.
std::string program_path();

struct Result {
  int status = -1;  // exit code, 128 + the signal that ended it
  std::string out;
  std::string err;

  nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(out); }
};

struct Start {
  std::vector<std::string> words;                  // argv; words[0] is looked up in PATH
  std::map<std::string, std::string> environment;  // the whole environment
  std::string input;                               // standard input
  std::chrono::seconds deadline{60};               // then it is killed and the test fails
};

Result run_program(const Start& start);

// acctl with a HOME and XDG folders of its own and nothing inherited but PATH.
class Acctl {
 public:
  explicit Acctl(std::string folder);  // an existing empty folder: TemporaryFolder
  std::map<std::string, std::string> environment;

  Result operator()(std::vector<std::string> words, const std::string& input = "") const;

  // How it is called with `words`, for those who do more than wait for its end.
  Start call(std::vector<std::string> words, const std::string& input = "") const;
};

// "acctl team list", as a test names a command of its table.
std::string command_line(const std::vector<std::string>& words);

// `acctl` with `words` under strace with `options`, which writes into the file `trace`.
Start under_strace(const Acctl& acctl, const std::vector<std::string>& options, const std::string& trace,
                   const std::vector<std::string>& words);

// Below /dev/shm when there is one: tests are not about the disk. Removed with all that is in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Asks until `condition` holds; false when the deadline passed first.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline = std::chrono::seconds(10));

}  // namespace acctl::test
