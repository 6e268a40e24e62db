#include "cli/report.hpp"

#include <nlohmann/json.hpp>

#include "cli/exit_codes.hpp"
#include "provisioning/base/interrupt.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

std::string diagnostic_words(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += ":" + std::to_string(diagnostic.line);
  if (diagnostic.column > 0) text += ":" + std::to_string(diagnostic.column);
  return text + (text.empty() ? "" : ": ") + diagnostic.message;
}

std::string error_text(const Error& error) {
  std::string text = "acctl: " + escaped(error.what()) + "\n";
  for (const Diagnostic& diagnostic : error.diagnostics()) {
    text += escaped(diagnostic_words(diagnostic)) + "\n";
  }
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
  return escaped_json(object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) + "\n";
}

int exit_status(const Error& error) {
  if (error.kind() == ErrorKind::interrupted && interrupt_signal() != 0) return 128 + interrupt_signal();
  return exit_code(error.kind()).code;
}

}  // namespace acctl
