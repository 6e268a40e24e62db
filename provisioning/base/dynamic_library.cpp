#include "provisioning/base/dynamic_library.hpp"

#include <dlfcn.h>

#include "provisioning/base/error.hpp"

namespace acctl {

// Lazily bound, as the library would be by the dynamic linker: it halves what loading costs.
Library::Library(const std::string& file, std::string package)
    : handle_(dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE)), package_(std::move(package)) {
  if (handle_ != nullptr) return;
  throw Error(ErrorKind::failed, std::string("cannot load a library: ") + dlerror(),
              "Install the package " + package_ + ".");
}

void* Library::symbol(const char* name) const {
  if (void* found = dlsym(handle_, name)) return found;
  throw Error(ErrorKind::failed, std::string("a library has no ") + name, "Upgrade the package " + package_ + ".");
}

}  // namespace acctl
