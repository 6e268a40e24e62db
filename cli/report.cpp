#include "cli/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/json_text.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

std::string diagnostic_words(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += ":" + std::to_string(diagnostic.line);
  if (diagnostic.column > 0) text += ":" + std::to_string(diagnostic.column);
  return text + (text.empty() ? "" : ": ") + diagnostic.message;
}

std::string error_text(const Error& error, std::size_t most) {
  std::string text = "acctl: " + escaped(error.what()) + "\n";
  const std::vector<Diagnostic>& all = error.diagnostics();
  // Who collected them may have stopped before the end, which the last one says.
  const bool is_open = !all.empty() && all.back().message.ends_with("not shown");
  const std::size_t count = all.size() - (is_open ? 1 : 0);
  const std::size_t shown = std::min(count, most);
  for (std::size_t i = 0; i < shown; ++i) text += escaped(diagnostic_words(all[i])) + "\n";
  if (shown < count) text += "and " + std::to_string(count - shown) + " more; --verbose or -o json shows all of them\n";
  if (is_open) text += escaped(diagnostic_words(all.back())) + "\n";
  if (!error.hint().empty()) text += escaped(error.hint()) + "\n";
  return text;
}

std::string error_json(const Error& error) {
  nlohmann::ordered_json diagnostics = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : error.diagnostics()) {
    diagnostics.push_back({{"file", diagnostic.file},
                           {"line", diagnostic.line},
                           {"column", diagnostic.column},
                           {"message", diagnostic.message}});
  }
  const nlohmann::ordered_json object = {{"error",
                                          {{"kind", exit_code(error.kind()).name},
                                           {"message", error.what()},
                                           {"hint", error.hint()},
                                           {"exit_code", exit_status(error)},
                                           {"diagnostics", diagnostics}}}};
  return json_text(object) + "\n";
}

int exit_status(const Error& error) {
  if (error.kind() == ErrorKind::interrupted && interrupt_signal() != 0) return 128 + interrupt_signal();
  return exit_code(error.kind()).code;
}

}  // namespace acctl
