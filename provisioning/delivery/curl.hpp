// Loads libcurl when the first message is sent by SMTP: with its thirty libraries loading takes longer than all that
// other commands do.
//
// Included by sources of this folder only; call a function as curl().easy_init().
#pragma once

#include <curl/curl.h>

// With the macros, which check types for GCC, a function could not be named.
#undef curl_easy_getinfo
#undef curl_easy_setopt

namespace acctl {

struct Curl {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_reset) easy_reset;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
};

// Throws Error(failed) naming the package if the library is missing.
const Curl& curl();

}  // namespace acctl
