// The verbs of a tenant's life (suspend, resume, retry, delete) work on one tenant or on several: with one question for
// all, and a result for each.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "commands/shared/consent.hpp"
#include "provisioning/tenants/enterprise_people.hpp"
#include "provisioning/tenants/lifecycle.hpp"

namespace acctl {

struct LifeVerb {
  std::string done;            // "suspended"
  std::set<std::string> from;  // statuses of the tenants that --match can mean, if it names no status
  std::function<LifecycleResult(Platform& platform, const std::string& slug, Mode mode)> act;
  // Looks at all that would change, together and before anything is asked; throws if it may not be done.
  std::function<void(Platform& platform, const std::vector<LifecycleResult>& planned)> check = nullptr;
  // Asks once for all that would change; `planned` is what act() said of them. Null: nothing is asked.
  std::function<Consent(const Outlook& outlook, const std::vector<LifecycleResult>& planned)> confirm = nullptr;
  // What people read where it is not always `done`: "held for deletion". Null: `done`.
  std::function<std::string(const Tenant& tenant)> words = nullptr;
  // What it adds to a tenant's result in JSON, null for one that failed; and how a table of one tenant shows it.
  std::function<nlohmann::ordered_json(const LifecycleResult* result)> more = nullptr;
  std::vector<Column> columns = {};
  // After the question: what is held as long as it is done. May throw as check() does.
  std::function<std::unique_ptr<EnterpriseHold>(Platform& platform, const std::vector<LifecycleResult>& planned)> hold =
      nullptr;
  // Once it is done, or rehearsed, whatever failed.
  std::function<void(const Platform& platform)> afterwards = nullptr;
};

// [SLUG...]
Argument slugs_argument(std::vector<std::string>& target);

// Works on the tenants of the arguments, of --tenant, or of --match. One that is named shows the tenant as
// `tenant show` does, several show a row each.
void run_life_verb(Session& session, const std::vector<std::string>& slugs, const LifeVerb& verb);

// What enterprises lose with those of their tenants that can be entered so far.
EnterpriseLosses find_losses(const std::vector<LifecycleResult>& planned);

// "tenant acme (Acme Inc., plan pro, 12 users)", "3 tenants (acme, bert, carl)"
std::string describe_tenants(const std::vector<LifecycleResult>& planned);

}  // namespace acctl
