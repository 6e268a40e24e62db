#include "provisioning/delivery/curl.hpp"

#include "provisioning/base/dynamic_library.hpp"

namespace acctl {

namespace {

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
