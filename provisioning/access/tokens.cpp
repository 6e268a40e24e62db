#include "provisioning/access/tokens.hpp"

#include <sodium/crypto_auth_hmacsha256.h>

#include <cstdlib>
#include <filesystem>

#include "provisioning/access/tokens.sql.hpp"
#include "provisioning/base/digest.hpp"
#include "provisioning/base/encoding.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/random.hpp"

namespace acctl {

namespace {

constexpr std::size_t key_bytes = crypto_auth_hmacsha256_KEYBYTES;

// Which key it is, without saying anything of it.
std::string fingerprint(const Secret& key) { return token_hash("acctl platform key " + key.reveal()).substr(0, 16); }

Secret key_in(const std::string& path) {
  std::string text = read_secret_file(path, 1024);
  while (text.ends_with('\n')) text.pop_back();
  const bool digits = text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (text.size() != key_bytes * 2 || !digits) {
    throw Error(ErrorKind::invalid, path + " is not a key of acctl: 64 hexadecimal digits are expected",
                "Restore it from a backup or copy it from another machine of the platform.");
  }
  return Secret(std::move(text));
}

// The first part says what it is for.
std::string compute_code(const Secret& key, std::initializer_list<std::string_view> parts) {
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, to_bytes(key.reveal()), key.reveal().size());
  for (const std::string_view part : parts) {
    // Each with its length before it: no two sets of parts run together.
    const std::string framed = std::to_string(part.size()) + ":" + std::string(part);
    crypto_auth_hmacsha256_update(&state, to_bytes(framed), framed.size());
  }
  std::string code(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(code.data()));
  return code;
}

}  // namespace

std::string default_key_path() {
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder == '/') {
    return std::string(folder) + "/acctl/platform.key";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.local/share/acctl/platform.key";
  }
  return {};
}

Secret platform_key(const Platform& platform, Mode mode) {
  const std::string& path = platform.key_path();
  if (path.empty()) {
    throw Error(ErrorKind::invalid, "there is no folder for the platform's key: HOME is not set",
                "Name a file with --key-file or ACCTL_KEY_FILE.");
  }
  std::string expected = platform.settings().key_fingerprint;
  std::unique_ptr<Platform> own;  // tenants are worked on side by side, and a session belongs to one thread
  if (expected.empty()) {
    own = platform.another();  // which may know more
    expected = own->settings().key_fingerprint;
  }
  if (mode == Mode::rehearse && expected.empty()) return Secret(new_nonce());
  if (!std::filesystem::exists(path)) {
    if (!expected.empty()) {
      throw Error(ErrorKind::conflict, "the platform's key is missing: there is no " + path,
                  "Copy it from the machine where it was made, or name it with --key-file; see acctl-install(7).");
    }
    make_folder(std::filesystem::path(path).parent_path().string());
    create_file(path, new_nonce() + "\n");  // where another run was first, it is the other's
  }
  Secret key = key_in(path);
  if (expected.empty()) {
    own->control().query(sql::remember_key_fingerprint, {fingerprint(key)});
    expected = own->another()->settings().key_fingerprint;  // where another run was first, it is the other's
  }
  if (expected != fingerprint(key)) {
    throw Error(
        ErrorKind::conflict, path + " is not the key of this platform",
        "Copy the platform's key from the machine where it was made, or name it with --key-file; see acctl-install(7).");
  }
  return key;
}

std::string new_nonce() { return hex(random_bytes(32)); }

std::string new_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // RFC 9562: version 4
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string text = hex(bytes);
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

Secret invitation_token(const Secret& key, const InvitationFacts& facts) {
  return Secret(base64url(compute_code(key, {"acctl invitation", facts.tenant, facts.id, facts.nonce, facts.email})));
}

std::string compute_signature(const Secret& key, std::string_view content) {
  return hex(compute_code(key, {"acctl signature", content}));
}

std::string token_hash(const std::string& token) { return sha256_hex(token); }

}  // namespace acctl
