// Defines the one error type. The hint tells a person what to do; the kind decides the exit code for scripts
// (cli/exit_codes.hpp).
#pragma once

#include <cerrno>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace acctl {

enum class ErrorKind {
  failed,        // 1
  invalid,       // 3: usage or input; nothing was touched
  connection,    // 4: cannot connect, authenticate, or the server does not answer or write
  refused,       // 5: a guard or a limit; rolled back
  partial,       // 6: some tenants failed, others are done
  conflict,      // 7: exists with other arguments, foreign object, stale plan
  test_failed,   // 8
  locked,        // 9: another run is at it, or a time limit was reached; retry later
  confirmation,  // 10: a person must be asked and there is no terminal
  interrupted,   // 130 or 143
};

// One problem of an input; line and column count from 1, 0 if the input has no such place.
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;
};

// Problems that are collected from one input. Nobody reads more, and a hostile file has a million.
constexpr std::size_t problem_limit = 100;

// What the last failed system call says of itself: "No such file or directory".
inline std::string errno_text() { return std::strerror(errno); }

class Error : public std::runtime_error {
 public:
  // `hint` is the next step, a sentence of its own; empty if there is none.
  Error(ErrorKind kind, const std::string& message, std::string hint = {}, std::vector<Diagnostic> diagnostics = {})
      : std::runtime_error(message), kind_(kind), hint_(std::move(hint)), diagnostics_(std::move(diagnostics)) {}

  ErrorKind kind() const { return kind_; }
  const std::string& hint() const { return hint_; }
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

 private:
  ErrorKind kind_;
  std::string hint_;
  std::vector<Diagnostic> diagnostics_;
};

// What `work` throws, for a caller that goes on with others; an interrupt is for whoever ends the run.
template <class Work>
std::optional<Error> catch_failure(const Work& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    return error;
  }
}

}  // namespace acctl
