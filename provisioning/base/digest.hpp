// SHA-256 over parts, each framed by its length: ("ab", "c") and ("a", "bc") differ.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace acctl {

class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  void add(std::string_view part);
  std::string hex();  // 64 digits; nothing can be added afterwards

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// SHA-256 of the bytes alone: 32 bytes.
std::string sha256(std::string_view bytes);

// The same as sha256sum prints it: 64 digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace acctl
