// Creates and removes a tenant's private file storage. The interface is narrow enough for an object store.
#pragma once

#include <string>

namespace acctl {

// `location` is what the registry reserved for the tenant: an absolute folder.
bool storage_exists(const std::string& location);

// A folder of mode 0700; nothing happens if there is one. Throws Error(conflict) if something else is in the way.
void create_storage(const std::string& location);

// Removes it with all that is in it; nothing happens if there is none.
void remove_storage(const std::string& location);

}  // namespace acctl
