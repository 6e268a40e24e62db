#include "provisioning/database/libpq.hpp"

#include <dlfcn.h>

#include "provisioning/model/error.hpp"

namespace acctl {

namespace {

template <class Function>
Function symbol(void* library, const char* name) {
  if (void* found = dlsym(library, name)) return reinterpret_cast<Function>(found);
  throw Error(ErrorKind::failed, std::string("libpq has no ") + name,
              "Install the package libpq5, version 14 or later.");
}

Libpq load() {
  // Lazily bound, as the library would be by the dynamic linker: it halves what loading costs. Never unloaded: its own
  // exit handlers and those of the libraries it brings must find their code.
  void* library = dlopen("libpq.so.5", RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    throw Error(ErrorKind::failed, std::string("cannot load libpq: ") + dlerror(), "Install the package libpq5.");
  }
  Libpq functions = {};
#define ACCTL_LOAD(name) functions.name = symbol<decltype(&::name)>(library, #name);
  ACCTL_LIBPQ_FUNCTIONS(ACCTL_LOAD)
#undef ACCTL_LOAD
  return functions;
}

}  // namespace

const Libpq& pq() {
  static const Libpq functions = load();
  return functions;
}

}  // namespace acctl
