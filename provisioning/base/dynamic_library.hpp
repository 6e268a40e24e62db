// Loads a shared library on demand, so that commands that do not use it do not pay for loading it.
#pragma once

#include <string>

namespace acctl {

class Library {
 public:
  // Throws Error(failed) naming the package if there is none. Never unloaded: its exit handlers, and those of the
  // libraries that it brings, must find their code.
  Library(const std::string& file, std::string package);

  template <class Function>
  void find(const char* name, Function& function) const {
    function = reinterpret_cast<Function>(symbol(name));
  }

 private:
  void* symbol(const char* name) const;  // throws Error(failed) if the library lacks it

  void* handle_;
  std::string package_;
};

}  // namespace acctl
