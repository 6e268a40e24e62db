#include "provisioning/database/session_settings.hpp"

#include <map>
#include <mutex>

namespace acctl {

namespace {

// Of a value an operator may have set otherwise on the role, the database or the server: by a client's setting it is
// overridden. What only a superuser can set (session_replication_role, lc_messages) is not here; see open_platform.
struct PinnedSetting {
  const char* name;
  const char* value;
  int since = 0;  // version of the server; 0: older than any that we want to talk to
};

constexpr PinnedSetting pinned_settings[] = {
    // Meaning of names, numbers, dates and quotes.
    {"search_path", "pg_catalog"},
    {"TimeZone", "UTC"},
    {"DateStyle", "ISO"},
    {"IntervalStyle", "postgres"},
    {"extra_float_digits", "1"},
    {"bytea_output", "hex"},
    {"lc_monetary", "C"},
    {"lc_numeric", "C"},
    {"lc_time", "C"},
    {"standard_conforming_strings", "on"},
    {"backslash_quote", "safe_encoding"},
    {"array_nulls", "on"},
    {"transform_null_equals", "off"},
    {"quote_all_identifiers", "off"},
    {"check_function_bodies", "on"},
    // Transactions. Most read what others commit concurrently and decide by locks and conditions: a stricter isolation
    // would fail them. What is reported as done is on the disk.
    {"default_transaction_isolation", "read\\ committed"},
    {"default_transaction_read_only", "off"},
    {"default_transaction_deferrable", "off"},
    {"synchronous_commit", "on"},
    {"row_security", "on"},
    {"exit_on_error", "off"},
    // Objects are created in the tablespace of the database.
    {"default_tablespace", ""},
    {"temp_tablespaces", ""},
    {"default_table_access_method", "heap"},
    {"createrole_self_grant", "", 160000},
    // Time. Our own limits come with the options; the server ends what it works on for a client that is gone.
    {"idle_session_timeout", "0"},
    {"idle_in_transaction_session_timeout", "120s"},
    {"transaction_timeout", "0", 170000},
    {"client_connection_check_interval", "1s"},
    // Plans. Somebody's experiments must not make a short statement a long one; compiling costs more than any of ours.
    {"jit", "off"},
    // What a tenant has is in memory: at the default of 4 a list reads all teams anew for each of its users.
    {"random_page_cost", "1.1"},
    {"plan_cache_mode", "auto"},
    {"from_collapse_limit", "8"},
    {"join_collapse_limit", "8"},
    {"gin_fuzzy_search_limit", "0"},
    {"enable_hashagg", "on"},
    {"enable_hashjoin", "on"},
    {"enable_indexscan", "on"},
    {"enable_mergejoin", "on"},
    {"enable_nestloop", "on"},
    {"enable_seqscan", "on"},
    {"enable_sort", "on"},
    {"restrict_nonsystem_relation_kind", "", 170000},
    {"client_min_messages", "warning"},
};

std::mutex versions_mutex;
std::map<std::string, int>& known_versions() {
  static std::map<std::string, int> versions;
  return versions;
}

// What libpq finds a server by. One of several hosts may be another each time.
std::string place_of_server(const Dsn& dsn) {
  return dsn.get("host") + '\n' + dsn.get("hostaddr") + '\n' + dsn.get("port") + '\n' + dsn.get("service");
}

}  // namespace

std::string session_settings(const SessionOptions& options, int server_version) {
  std::string text;
  for (const PinnedSetting& setting : pinned_settings) {
    if (setting.since > server_version) continue;
    text += std::string("-c ") + setting.name + "=" + setting.value + " ";
  }
  const auto milliseconds = [](Milliseconds time) { return std::to_string(time.count()); };
  if (options.hold_mail) text += "-c acctl.hold_mail=on ";
  return text + "-c lock_timeout=" + milliseconds(options.lock_timeout) +
         " -c statement_timeout=" + milliseconds(options.statement_timeout);
}

std::string settings_left_out(int server_version) {
  std::string statements;
  for (const PinnedSetting& setting : pinned_settings) {
    if (setting.since == 0 || setting.since > server_version) continue;
    statements +=
        std::string(statements.empty() ? "" : ";") + "set " + setting.name + " = " + quoted_literal(setting.value);
  }
  return statements;
}

int known_server_version(const Dsn& dsn) {
  const std::scoped_lock lock(versions_mutex);
  const auto found = known_versions().find(place_of_server(dsn));
  return found == known_versions().end() ? 0 : found->second;
}

void remember_server_version(const Dsn& dsn, int version) {
  if (place_of_server(dsn).find(',') != std::string::npos) return;
  const std::scoped_lock lock(versions_mutex);
  known_versions()[place_of_server(dsn)] = version;
}

}  // namespace acctl
