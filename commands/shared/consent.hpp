// Whether a run may write: one decision for every command that does.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "provisioning/plan/report.hpp"

namespace acctl {

// Where the changes come from. Files and saved plans change much at once, so all of their changes are confirmed; words
// on the command line say what they do, so only what they take away is confirmed.
enum class AskedBy { files, saved_plan, words };

// What a run has found out before it writes anything. A tenant is in one of the first four lists.
struct Outlook {
  std::vector<std::string> changing = {};  // slugs of tenants whose configuration or status would change
  std::vector<std::string> adopting = {};  // where nothing but the manager of objects would change
  std::vector<std::string> failing = {};   // unreachable, refused, in conflict: nothing is written there
  std::vector<std::string> skipped = {};   // not active
  bool elsewhere = false;   // something outside of tenants would change: the platform, the embedded server
  bool takes_away = false;  // an object, a member of a list, somebody's permission or access would go

  bool writes() const { return !changing.empty() || !adopting.empty() || elsewhere; }
};

struct Circumstances {
  AskedBy source = AskedBy::files;
  bool terminal = false;  // somebody can be prompted
  bool yes = false;       // --yes
  bool dry_run = false;   // --dry-run
};

enum class Consent {
  nothing,   // nothing would be written, so there is nothing to confirm
  rehearse,  // everything is rolled back
  granted,   // write
  ask,       // write after a yes
  refuse,    // exit 10: confirmation is required and there is no terminal
};

Consent decide(const Outlook& outlook, const Circumstances& circumstances);

// What a fleet's plans come to. A tenant that fails writes nothing, whatever its plan says.
Outlook make_outlook(const FleetReport& report);

// "tenant acme", "3 tenants": where it would be written.
std::string places(const Outlook& outlook);

// Decides, and prompts or throws Error(confirmation) if that is the decision. `show` writes what the prompt is about to
// standard error; it is called only before a prompt.
Consent require_consent(Session& session, const Outlook& outlook, AskedBy source, const std::string& question,
                        const std::function<void()>& show = nullptr);

// The name of what is destroyed, given once more: it replaces --yes where that is confirmed too easily.
struct ConfirmedName {
  std::string option;  // that gives it: "--confirm"
  std::string name;
  std::string given;  // on the command line; "" for not at all
};

// The same, but the name has to be given or typed at a terminal, in a protected context that of the context as well;
// --yes does not confirm.
Consent require_named_consent(Session& session, const Outlook& outlook, const ConfirmedName& confirmed,
                              const std::string& question);

}  // namespace acctl
