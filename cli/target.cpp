#include "cli/target.hpp"

#include <algorithm>
#include <charconv>

#include "provisioning/base/did_you_mean.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/field_formats.hpp"

namespace acctl {

namespace {

std::int64_t whole_number(const std::string& name, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // A leading zero is octal to some and decimal to others: refused rather than guessed.
  const bool zero = text.size() > 1 && text[0] == '0';
  if (error != std::errc() || end != text.data() + text.size() || zero || text.starts_with("-0")) {
    throw Error(ErrorKind::invalid, name + ": '" + text + "' is not a whole number",
                "Give decimal digits without a leading zero.");
  }
  return value;
}

void check_choice(const std::string& name, const std::vector<std::string>& choices, const std::string& text) {
  if (choices.empty() || std::ranges::find(choices, text) != choices.end()) return;
  throw Error(ErrorKind::invalid,
              name + ": '" + text + "' is not one of " + join(choices) + did_you_mean(text, choices),
              "Give one of these values.");
}

// What is not UTF-8 can be neither stored nor asked for, and what nobody sees is not meant: a file can write it as an
// escape, a command line cannot. The names of files are the file system's own affair.
void check_text(const std::string& name, const std::string& text, Values values, std::size_t longest) {
  if (values == Values::file) return;
  if (!is_utf8(text))
    throw Error(ErrorKind::invalid, name + ": '" + text + "' is not valid UTF-8",
                "Check the encoding of the terminal or script.");
  std::string problem;
  if (longest > 0) {
    problem = line_problem(text, longest);
  } else if (const std::string hidden = hidden_character(text, Breaks::allowed); !hidden.empty()) {
    problem = "holds a control or invisible character, " + hidden;
  }
  if (!problem.empty())
    throw Error(ErrorKind::invalid, name + ": the value " + problem,
                "Retype the value; it may have been pasted from formatted text.");
}

// Of a variable, too: "unset" would lead to the embedded server, or to another context than a script meant.
void refuse_empty(const std::string& name, const std::string& value) {
  if (!value.empty()) return;
  const bool is_variable = name.starts_with('$');
  const char* const hint =
      is_variable             ? "Unset the variable, or give it a value; a script may have lost the one that was meant."
      : name.starts_with('-') ? "Leave the option out, or give a value."
                              : "Give a value; a script may have lost the one that was meant.";
  throw Error(ErrorKind::invalid, name + (is_variable ? " is set but empty" : ": the value is empty"), hint);
}

}  // namespace

Demands make_demands(const Option& option) {
  return {.choices = option.choices, .values = option.values, .clears = option.clears, .longest = option.longest};
}

void fill_target(const std::string& name, const Target& target, const Demands& demands,
                 const std::vector<std::string>& values) {
  for (const std::string& value : values) {
    if (!demands.clears) refuse_empty(name, value);
    check_text(name, value, demands.values, demands.longest);
    if (!std::holds_alternative<bool*>(target)) check_choice(name, demands.choices, value);
  }
  std::visit(
      [&](auto* place) {
        using T = std::remove_pointer_t<decltype(place)>;
        if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          *place = values;
        } else if constexpr (std::is_same_v<T, bool>) {
          *place = values.empty() || values.back() == "true";
        } else if constexpr (std::is_same_v<T, std::string>) {
          *place = values.back();
        } else {
          *place = whole_number(name, values.back());
        }
      },
      target);
}

}  // namespace acctl
