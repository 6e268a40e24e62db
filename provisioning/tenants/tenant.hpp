// Describes a tenant as the registry knows it, and the request that creates one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/base/error.hpp"
#include "provisioning/database/server.hpp"

namespace acctl {

struct StepRecord {
  std::string name;
  std::string status;  // pending, done, failed
  std::int64_t attempts = 0;
  std::optional<std::string> error;
};

// What a plan gives: limits, none for no limit, and features as a JSON object.
struct Entitlement {
  std::string plan;
  std::optional<std::int64_t> seats;  // of the tenant, else of its plan
  std::optional<std::int64_t> projects;
  std::optional<std::int64_t> storage_bytes;
  std::string features;
};

struct Tenant {
  std::string id;  // UUID
  std::string slug;
  std::string name;
  std::string status;
  std::string plan;
  std::string server;
  std::string server_dsn;  // "" for the cluster of the control database
  std::string region;
  std::string database;
  std::string owner_role;
  std::string app_role;
  std::string pack;
  std::int64_t schema_version = 0;
  std::map<std::string, std::string> labels;
  std::set<std::string> features;          // of its plan; read only for those who are bound by them
  std::optional<Entitlement> entitlement;  // read only where it is written to the tenant's database
  std::optional<std::string> enterprise;
  std::int64_t seats_used = 0;
  std::optional<std::string> seats_as_of;   // when that was seen; none: never
  std::optional<std::int64_t> seats_limit;  // of the tenant, else of its plan; none: no limit
  std::optional<std::int64_t> seats;        // of the tenant alone
  std::string storage;                      // "" once given back
  std::string support_address;
  std::vector<std::string> hostnames;  // the platform's own first
  std::vector<StepRecord> steps;
  std::string admin_email;
  std::string admin_name;
  std::int64_t epoch = 0;
  std::string created_at;  // RFC 3339, UTC
  std::optional<std::string> activated_at;
  std::optional<std::string> hold_until;
  bool hold_is_over = false;
  // The last run that was seen in the tenant's own ledger: its number there and its id.
  std::optional<std::int64_t> ledger_id;
  std::string ledger_run;
  std::string ledger_at;
  std::string status_before;                   // of one that is held for deletion
  std::string subscription;                    // trialing, active, past_due, canceled
  std::optional<std::string> trial_ends_at;    // only of one that is trialing
  std::optional<std::int64_t> projects_limit;  // of the tenant, else of its plan; none: no limit
  std::optional<std::int64_t> storage_limit;   // bytes, likewise
  std::string overrides;  // its own limits and features, {"limits": {}, "features": {}}; "" for none
  std::string notes;
  // What is still to fill it, until when it stays suspended: "restore", "clone of acme". "" for nothing.
  std::string unfinished = {};

  TenantNames names() const;

  // Which step failed, and why: "database: no space left". "" if none did.
  std::string failure() const;

  // Its own host name, which stays when the platform's base domain changes: as far as is known here, that of its
  // support address, else the one that it would be given.
  std::string host(const std::string& base_domain) const;
};

// Its status for people: "active", "suspended (clone of acme unfinished)".
std::string describe_status(const Tenant& tenant);

// The command that fills a tenant which is not finished: "acctl tenant clone acme acme-2", of which the same options
// are to be given again.
std::string filling_command(const Tenant& tenant);

// In which tenants a command works: those whose application is running, or also those it is locked out of.
enum class Reach { active, suspended_too };
bool is_reached(const Tenant& tenant, Reach reach);

// Error(conflict): "tenant acme is suspended, not active", with `hint` or where to see more.
Error not_active(const Tenant& tenant, const std::string& hint = {});

// Of an object's members those that are wanted; null for all.
using FieldFilter = std::function<bool(std::string_view name)>;

// The shape of `tenant show` and `tenant list`. A table of ten thousand tenants can do without most of it.
nlohmann::ordered_json to_json(const Tenant& tenant, const FieldFilter& wanted = nullptr);

// json_text() of the same.
std::string to_json_line(const Tenant& tenant);

// What a tenant has beside plan, seats and labels; for one that is to be what another was.
struct TenantTerms {
  std::string subscription;
  std::optional<std::string> trial_ends_at;  // of a trial
  std::string overrides;                     // as Tenant::overrides
  std::string notes;
};

// What `tenant create` is given. Options that were left out are empty: on a tenant that exists they ask for nothing.
struct TenantRequest {
  std::string slug;
  std::string name;
  std::string admin_email;
  std::string admin_name;
  std::string plan;
  std::optional<std::int64_t> seats;
  std::string pack;
  std::string server;
  std::string region;
  std::map<std::string, std::string> labels;
  std::string enterprise;
  std::string domain;
  std::string clone_of;    // id of the tenant that it is to be configured like; "" for none
  bool is_filled = false;  // by what begin_restore() or begin_clone() remembers, which is forgotten by all others
  // Of a new tenant; none: a trial that begins, without anything of its own.
  std::optional<TenantTerms> terms = {};
  int line = 0;  // of the file that asks for it
};

// What the first administrator is called.
std::string choose_admin_name(const TenantRequest& request);

// What is wrong with one value of a request or of settings.
struct FieldProblem {
  std::string field;  // "name", "label.tier"
  Error error;        // invalid
};

// All that is wrong with it in itself, before anything is looked at.
std::vector<FieldProblem> find_problems(const TenantRequest& request);

// Throws the first of them.
void check(const TenantRequest& request);

// Throws Error(invalid) if it lacks the name or names no administrator. A tenant that exists can do without: what a
// list of tenants says can be compared with them.
void require_name_and_admin(const TenantRequest& request);

// "plan is pro, not trial" for each point in which `tenant` is not what `request` asks for.
std::vector<std::string> differences(const Tenant& tenant, const TenantRequest& request);

// `tenant` with the first administrator whom `request` names, where that is somebody else.
Tenant replace_admin(Tenant tenant, const TenantRequest& request);

}  // namespace acctl
