#include "tests/support/bad_settings.hpp"

namespace acctl::test {

std::vector<std::pair<std::string, std::string>> bad_settings(int version) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"search_path", "nowhere"},
      {"TimeZone", "Asia/Kathmandu"},
      {"DateStyle", "SQL, DMY"},
      {"IntervalStyle", "iso_8601"},
      {"extra_float_digits", "-15"},
      {"bytea_output", "escape"},
      {"lc_monetary", "C.UTF-8"},
      {"lc_numeric", "C.UTF-8"},
      {"lc_time", "C.UTF-8"},
      {"standard_conforming_strings", "off"},
      {"backslash_quote", "off"},
      {"array_nulls", "off"},
      {"transform_null_equals", "on"},
      {"quote_all_identifiers", "on"},
      {"check_function_bodies", "off"},
      {"default_transaction_isolation", "serializable"},
      {"default_transaction_read_only", "on"},
      {"default_transaction_deferrable", "on"},
      {"synchronous_commit", "off"},
      {"row_security", "off"},
      {"exit_on_error", "on"},
      {"default_tablespace", "pg_global"},
      {"temp_tablespaces", "pg_global"},
      {"idle_session_timeout", "1"},
      {"idle_in_transaction_session_timeout", "1"},
      {"client_connection_check_interval", "0"},
      {"lock_timeout", "1"},
      {"statement_timeout", "1"},
      {"jit", "on"},
      {"plan_cache_mode", "force_generic_plan"},
      {"from_collapse_limit", "1"},
      {"join_collapse_limit", "1"},
      {"gin_fuzzy_search_limit", "1"},
      {"random_page_cost", "1000000"},
      {"enable_hashagg", "off"},
      {"enable_hashjoin", "off"},
      {"enable_indexscan", "off"},
      {"enable_mergejoin", "off"},
      {"enable_nestloop", "off"},
      {"enable_seqscan", "off"},
      {"enable_sort", "off"},
      {"client_min_messages", "debug5"},
  };
  if (version >= 160000) settings.emplace_back("createrole_self_grant", "set, inherit");
  if (version >= 170000) settings.emplace_back("transaction_timeout", "50");
  if (version >= 170000) settings.emplace_back("restrict_nonsystem_relation_kind", "view");
  return settings;
}

}  // namespace acctl::test
