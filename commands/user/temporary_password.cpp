#include "commands/user/temporary_password.hpp"

#include <set>

#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/text.hpp"

namespace acctl {

namespace {

constexpr std::size_t shortest = 12;
constexpr std::size_t longest = 128;

std::string find_password_problem(const std::string& password, const std::string& email) {
  if (!is_utf8(password) || !hidden_character(password).empty()) {
    return "takes one line of text without control characters";
  }
  const std::size_t length = character_count(password);
  if (length < shortest || length > longest) {
    return "takes a password of " + std::to_string(shortest) + " to " + std::to_string(longest) + " characters";
  }
  if (std::set<char>(password.begin(), password.end()).size() < 5)
    return "takes a password of more different characters";
  return password.find(email.substr(0, email.find('@'))) == std::string::npos
             ? ""
             : "takes a password that does not contain the user's address";
}

}  // namespace

Secret read_temporary_password(const std::string& path, const std::string& email) {
  constexpr std::size_t limit = 4096;
  std::string text = path == "-" ? read_standard_input(limit) : read_secret_file(path, limit);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  Secret password(std::move(text));
  if (const std::string problem = find_password_problem(password.reveal(), email); !problem.empty()) {
    throw Error(ErrorKind::invalid, "--temporary-password-file " + problem,
                "Write a generated password into a file with mode 0600.");
  }
  return password;
}

}  // namespace acctl
