// A program while it runs: at a terminal or on pipes, with what a caller may have done to its signals.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/program.hpp"

namespace acctl::test {

struct Around {
  bool terminal = false;          // standard input and standard error are a terminal; standard output is a pipe
  std::vector<int> ignored = {};  // signals that the caller ignores
  bool screen = false;            // standard output, too, is that terminal: Result::err has what it shows
  unsigned short columns = 1000;  // of the terminal; prompts stand on one line then
  unsigned short rows = 24;
};

class Running {
 public:
  explicit Running(const Start& start, const Around& around = {});  // Start::input is written; the input stays open
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Waits until the program has said `text` on standard error; false when it ended or the deadline passed first.
  bool says(const std::string& text);
  void type(const std::string& text) const;

  // Waits until it has read all of its input, so that it now waits for more.
  bool reads_on() const;
  // Waits until its output is full: nobody reads it before finish().
  bool is_stuck() const;

  void send(int signal) const;
  pid_t pid() const { return pid_; }

  // Ends its input, reads the rest and waits. Throws when it does not end within the deadline of its start.
  Result finish();

 private:
  bool take(int wait_ms);

  Start start_;
  pid_t pid_ = 0;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;  // the same as in_ at a terminal
  bool reading_ = false;
  Result result_;
};

// Runs acctl with `words` at a terminal, which must ask; calls `meanwhile`, and gives `answer`.
Result answered(const Acctl& acctl, const std::vector<std::string>& words, const std::string& answer,
                const std::function<void()>& meanwhile = nullptr);

}  // namespace acctl::test
