#include "provisioning/delivery/curl.hpp"

#include <dlfcn.h>

#include "provisioning/base/error.hpp"

namespace acctl {

namespace {

// Loads a shared library on demand, so that commands that do not use it do not pay for loading it.
class Library {
 public:
  // Throws Error(failed) naming the package if there is none. Never unloaded: its exit handlers, and those of the
  // libraries that it brings, must find their code.
  // Lazily bound, as the library would be by the dynamic linker: it halves what loading costs.
  Library(const std::string& file, std::string package)
      : handle_(dlopen(file.c_str(), RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE)), package_(std::move(package)) {
    if (handle_ != nullptr) return;
    throw Error(ErrorKind::failed, std::string("cannot load a library: ") + dlerror(),
                "Install the package " + package_ + ".");
  }

  template <class Function>
  void find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(symbol(name));
  }

 private:
  // Throws Error(failed) if the library lacks it.
  void* symbol(const char* name) const {
    if (void* found = dlsym(handle_, name)) return found;
    throw Error(ErrorKind::failed, std::string("a library has no ") + name, "Upgrade the package " + package_ + ".");
  }

  void* handle_;
  std::string package_;
};

Curl load() {
  const Library library("libcurl.so.4", "libcurl4");
  Curl functions = {};
  library.find("curl_global_init", functions.global_init);
  library.find("curl_easy_init", functions.easy_init);
  library.find("curl_easy_cleanup", functions.easy_cleanup);
  library.find("curl_easy_reset", functions.easy_reset);
  library.find("curl_easy_setopt", functions.easy_setopt);
  library.find("curl_easy_perform", functions.easy_perform);
  library.find("curl_easy_getinfo", functions.easy_getinfo);
  library.find("curl_easy_strerror", functions.easy_strerror);
  library.find("curl_slist_append", functions.slist_append);
  library.find("curl_slist_free_all", functions.slist_free_all);
  functions.global_init(CURL_GLOBAL_DEFAULT);
  return functions;
}

}  // namespace

const Curl& curl() {
  static const Curl functions = load();
  return functions;
}

}  // namespace acctl
