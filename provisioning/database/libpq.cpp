#include "provisioning/database/libpq.hpp"

#include "provisioning/model/library.hpp"

namespace acctl {

namespace {

Libpq load() {
  const Library library("libpq.so.5", "libpq5");  // 14 or later
  Libpq functions = {};
#define ACCTL_LOAD(name) library.find(#name, functions.name);
  ACCTL_LIBPQ_FUNCTIONS(ACCTL_LOAD)
#undef ACCTL_LOAD
  return functions;
}

}  // namespace

std::string without_line_ends(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

const Libpq& pq() {
  static const Libpq functions = load();
  return functions;
}

}  // namespace acctl
