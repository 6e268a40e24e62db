// The screen behind standard output, and the pager for what is too long for it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace acctl {

struct Screen {
  std::size_t columns = 0;
  std::size_t rows = 0;
};

// Its size; zeros if standard output is not a terminal. A terminal that does not tell has 80 columns and 24 rows, or
// what COLUMNS and LINES say.
Screen screen();

// The columns of the terminal behind standard error; 0 if it is none.
std::size_t error_columns();

// Without cursor movement, as TERM says.
bool is_dumb_terminal();

// Whether `text` takes more rows than the screen has.
bool is_long(std::string_view text, const Screen& size);

// Shows `text` in the program that ACCTL_PAGER or else PAGER names (default: less -FRX), and returns when a person has
// left it. False if there is none: the variable is empty or says cat, or the program cannot be started.
bool show_in_pager(std::string_view text);

// Runs a program with `text` as its standard input and waits for its end, which Ctrl-C does not bring about here but
// there. Its exit code, 128 and more for a signal; nothing if it cannot be started.
std::optional<int> run_with_input(std::vector<std::string> words, std::string_view text);

}  // namespace acctl
