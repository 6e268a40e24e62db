#include "provisioning/tenants/file_storage.hpp"

#include <filesystem>

#include "provisioning/base/error.hpp"
#include "provisioning/base/files.hpp"

namespace acctl {

namespace fs = std::filesystem;

bool storage_exists(const std::string& location) {
  std::error_code error;
  return fs::symlink_status(location, error).type() == fs::file_type::directory;
}

void create_storage(const std::string& location) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(location, error).type();
  if (type == fs::file_type::directory) return;
  if (type != fs::file_type::not_found) {
    throw Error(ErrorKind::conflict, "the storage " + location + " is not a folder",
                "Move what is there out of the way.");
  }
  make_folder(location);
}

void remove_storage(const std::string& location) {
  // The location comes from the registry; a relative or short one is a damaged row, not a wish to delete the root.
  const fs::path path(location);
  if (!path.is_absolute() || std::distance(path.begin(), path.end()) < 3) {
    throw Error(ErrorKind::failed, "'" + location + "' is not the storage of a tenant");
  }
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) return;  // nor a folder that it could be in
  fs::remove_all(path, error);
  if (error) throw Error(ErrorKind::failed, "cannot remove the storage " + location + ": " + error.message());
}

}  // namespace acctl
