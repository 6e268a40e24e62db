// Fuzz target: reading and laying out definitions. Whatever the bytes, there is a result or an Error, and what is laid
// out means the same. Built with -DACCTL_FUZZ=ON and clang, run as
//   build/fuzz/tests/fuzz/definitions_fuzz tests/fuzz/seeds/definitions
// its seeds are replayed by the unit tests at every commit.
#include <cstdint>
#include <cstdlib>

#include "provisioning/base/error.hpp"
#include "provisioning/definitions/definitions.hpp"
#include "provisioning/definitions/formatter/formatter.hpp"

namespace {

// The text is one file, or two where it holds a form feed, which no file may hold itself.
std::vector<acctl::Source> sources_of(const std::string& text) {
  const std::size_t cut = text.find('\f');
  if (cut == std::string::npos) return {{.name = "a", .text = text}};
  return {{.name = "a", .text = text.substr(0, cut)}, {.name = "b", .text = text.substr(cut + 1)}};
}

// Whether it could be read.
bool read(const std::vector<acctl::Source>& sources, acctl::References references) {
  try {
    acctl::open_references(acctl::read_definitions(sources, {.references = references, .schema_head = 4}));
    return true;
  } catch (const acctl::Error& error) {
    if (error.kind() != acctl::ErrorKind::invalid || error.diagnostics().empty()) std::abort();
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<acctl::Source> sources = sources_of(text);
  const bool valid = read(sources, acctl::References::open);
  if (read(sources, acctl::References::closed) && !valid) std::abort();
  for (acctl::Source& source : sources) {
    try {
      source.text = acctl::canonical_layout(source.text, source.name);
    } catch (const acctl::Error& error) {
      if (error.kind() != acctl::ErrorKind::invalid) std::abort();
      return 0;
    }
    if (acctl::canonical_layout(source.text, source.name) != source.text) std::abort();
  }
  if (read(sources, acctl::References::open) != valid) std::abort();
  return 0;
}
