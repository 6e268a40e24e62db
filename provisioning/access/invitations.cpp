#include "provisioning/access/invitations.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "provisioning/access/invitation_references.hpp"
#include "provisioning/access/invitations.sql.hpp"
#include "provisioning/base/step.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/model/identity_providers.hpp"
#include "provisioning/model/kinds.hpp"
#include "provisioning/plan/sign_in.hpp"
#include "provisioning/plan/standing.hpp"

namespace acctl {

namespace {

constexpr std::size_t batch_size = 4'000;

// The changes that one invitation is, as the ledger has them.
std::vector<Change> make_changes(const Invitee& person) {
  Change user{.action = Action::add, .kind = "users", .key = person.email, .fields = {}, .place = person.place};
  user.fields["crm_access"].after = person.crm_access.value_or(false);
  user.fields["idp"].after = person.idp;
  if (!person.name.empty()) user.fields["name"].after = person.name;
  if (!person.role_template.empty()) user.fields["role_template"].after = person.role_template;
  if (!person.external_id.empty()) user.fields["external_id"].after = person.external_id;
  if (person.session_hours) user.fields["session_hours"].after = *person.session_hours;
  std::vector<Change> changes = {std::move(user)};
  for (const std::string& role : person.roles) {
    changes.push_back({.action = Action::add, .kind = "user_roles", .key = edge_key(person.email, role)});
  }
  for (const std::string& team : person.teams) {
    changes.push_back({.action = Action::add, .kind = "team_members", .key = edge_key(team, person.email)});
  }
  return changes;
}

// One invitee stands for all who are invited with the same roles and options.
std::vector<Change> changes_of_each_sort(std::span<const Invitee> people) {
  std::vector<Change> all;
  std::set<std::string> seen;
  for (const Invitee& person : people) {
    std::string sort = person.role_template + (person.crm_access.value_or(false) ? "/crm/" : "//");
    for (const std::string& role : person.roles) sort += role + " ";
    sort += "/";
    for (const std::string& team : person.teams) sort += team + " ";
    if (seen.insert(sort).second) std::ranges::move(make_changes(person), std::back_inserter(all));
  }
  return all;
}

// Columns of a part of the people.
class Batch {
 public:
  Batch(const InvitationTerms& terms, const std::string& tenant) : terms_(terms), tenant_(tenant) {}

  void add(const Invitee& person) {
    const InvitationFacts facts{.tenant = tenant_, .id = new_uuid(), .nonce = new_nonce(), .email = person.email};
    const Secret token = invitation_token(terms_.key, facts);
    if (terms_.links) links_[person.email] = terms_.link_base + token.reveal();
    emails_.add(person.email);
    add_filled(names_, person.name);
    add_filled(templates_, person.role_template);
    crm_.add(person.crm_access.value_or(false) ? "t" : "f");
    idps_.add(person.idp);
    add_filled(external_ids_, person.external_id);
    add_filled(hours_, person.session_hours ? std::to_string(*person.session_hours) : "");
    ids_.add(facts.id);
    nonces_.add(facts.nonce);
    hashes_.add(token_hash(token.reveal()));
    fields_.add(to_json(make_changes(person).front().fields).dump());
    for (const std::string& role : person.roles) {
      role_users_.add(person.email);
      roles_.add(role);
    }
    for (const std::string& team : person.teams) {
      team_users_.add(person.email);
      teams_.add(team);
    }
  }

  // Who of them has become a user, in this very statement.
  Rows send(Transaction& transaction, std::int64_t run, std::int64_t logged, const RunRecord& record) const {
    return transaction.query(sql::invite_people, {emails_.literal(),
                                                  names_.literal(),
                                                  templates_.literal(),
                                                  crm_.literal(),
                                                  idps_.literal(),
                                                  external_ids_.literal(),
                                                  hours_.literal(),
                                                  ids_.literal(),
                                                  nonces_.literal(),
                                                  hashes_.literal(),
                                                  role_users_.literal(),
                                                  roles_.literal(),
                                                  team_users_.literal(),
                                                  teams_.literal(),
                                                  fields_.literal(),
                                                  run,
                                                  logged,
                                                  terms_.lifetime_ms,
                                                  record.run,
                                                  record.as});
  }

  std::string find_invitation_link(const std::string& email) const {
    const auto found = links_.find(email);
    return found == links_.end() ? "" : found->second;
  }

 private:
  static void add_filled(TextArray& array, const std::string& text) {
    if (text.empty()) {
      array.add_null();
    } else {
      array.add(text);
    }
  }

  const InvitationTerms& terms_;
  const std::string& tenant_;
  TextArray emails_, names_, templates_, crm_, idps_, external_ids_, hours_, ids_, nonces_, hashes_, fields_;
  TextArray role_users_, roles_, team_users_, teams_;
  std::map<std::string, std::string> links_;
};

// Throws if somebody else has an external id of `people`, before the database does, which knows no lines.
void require_free_ids(Transaction& transaction, std::span<const Invitee> people, bool names_others) {
  TextArray emails;
  TextArray idps;
  TextArray ids;
  TextArray folds;
  std::map<std::string_view, const Invitee*> by_email;
  for (const Invitee& person : people) {
    if (person.external_id.empty()) continue;
    emails.add(person.email);
    idps.add(person.idp);
    ids.add(person.external_id);
    folds.add(ignores_case(person.idp) ? "t" : "f");
    by_email.emplace(person.email, &person);
  }
  if (by_email.empty()) return;
  const Rows taken =
      transaction.query(sql::identities_taken, {emails.literal(), idps.literal(), ids.literal(), folds.literal()});
  std::vector<Diagnostic> problems;
  for (int row = 0; row < taken.size() && problems.size() < problem_limit; ++row) {
    const Invitee& person = *by_email.at(taken.text(row, 0));
    problems.push_back({person.place.file, person.place.line, person.place.column,
                        person.email + ": external id '" + abbreviated(person.external_id) + "' of " + person.idp +
                            " is that of " + (names_others ? std::string(taken.text(row, 1)) : "another user")});
  }
  if (problems.empty()) return;
  const std::string message =
      problems.size() == 1 ? problems.front().message : "external ids of the list belong to other users";
  throw Error(ErrorKind::conflict, message, "Correct the ID, in the file or with 'acctl user edit'.",
              std::move(problems));
}

std::string make_remark(const Invitee& person, const InvitationReferences& references, const Rows& rows, int row) {
  const std::string_view status = rows.text(row, 1);
  if (status == "suspended") return "is suspended; see 'acctl user reactivate'";
  if (status == "invited" && !rows.boolean(row, 2)) return "has no valid invitation; see 'acctl user resend'";
  const std::string held = " " + std::string(rows.text(row, 3)) + " ";
  for (const std::string& role : person.roles) {
    if (held.find(" " + role + " ") != std::string::npos) continue;
    return "does not hold role " + role + "; see 'acctl " +
           (references.is_of_enterprise(role) ? "enterprise" : "role") + " grant'";
  }
  return "";
}

void add_present(Transaction& transaction, const std::map<std::string, const Invitee*>& present,
                 const InvitationReferences& references, Invited& outcome) {
  if (present.empty()) return;
  TextArray emails;
  for (const auto& [email, person] : present) emails.add(email);
  const Rows rows = transaction.query(sql::people_present, {emails.literal()});
  for (int row = 0; row < rows.size(); ++row) {
    const std::string email(rows.text(row, 0));
    outcome.unchanged.push_back(
        {email, std::string(rows.text(row, 1)), make_remark(*present.at(email), references, rows, row)});
  }
}

// For those who are invited now: a password of somebody else is not overwritten.
void set_temporary_password(Transaction& transaction, const std::string& hash, Invited& outcome) {
  TextArray emails;
  for (const Invited::Person& person : outcome.invited) emails.add(person.email);
  if (!emails.empty()) transaction.query(sql::set_temporary_password, {emails.literal(), hash});
  for (Invited::Present& person : outcome.unchanged) {
    if (person.remark.empty()) person.remark = "exists already; the temporary password is not set";
  }
}

}  // namespace

Invited invite(Connection& tenant, const Identity& identity, const std::vector<Invitee>& people,
               const InvitationTerms& terms, const RunRecord& record, Ending ending, const Reconnect& reconnect) {
  Invited outcome;
  const auto work = [&](Transaction& transaction) {
    outcome = {};
    InvitationReferences references(tenant);
    const std::vector<Invitee> completed = references.with_base_role(people);
    const std::span<const Invitee> guests = completed.empty() ? std::span(people) : std::span(completed);
    require_rights(tenant, identity, record, changes_of_each_sort(guests));
    references.check(guests);
    const std::int64_t run = record_run(transaction, record, {});
    std::int64_t logged = 0;
    // What is not asked for needs no rule.
    const bool by_providers = std::ranges::any_of(guests, [](const Invitee& one) { return one.idp != "local"; });
    const SignInRules rules = by_providers ? read_sign_in_rules(tenant) : SignInRules();
    std::vector<std::string> problems;
    Step inviting("inviting", people.size(), "users");
    for (std::size_t first = 0; first < people.size(); first += batch_size) {
      const std::size_t last = std::min(people.size(), first + batch_size);
      require_free_ids(transaction, std::span(people).subspan(first, last - first), record.as.empty());
      Batch batch(terms, identity.id);
      std::map<std::string, const Invitee*> rest;
      for (std::size_t i = first; i < last; ++i) {
        batch.add(guests[i]);
        rest.emplace(people[i].email, &people[i]);
      }
      const Rows fresh = batch.send(transaction, run, logged, record);
      for (int row = 0; row < fresh.size(); ++row) {
        std::string email(fresh.text(row, 0));
        const Invitee& person = guests[static_cast<std::size_t>(rest.extract(email).mapped() - people.data())];
        references.check_base_role(person);
        if (std::string problem = provider_problem(rules, email, person.idp); !problem.empty()) {
          problems.push_back(std::move(problem));
        }
        logged += 1 + static_cast<std::int64_t>(person.roles.size() + person.teams.size());
        std::string link = batch.find_invitation_link(email);
        outcome.invited.push_back({std::move(email), std::move(link)});
      }
      add_present(transaction, rest, references, outcome);
      inviting.advance(last - first);
    }
    if (!terms.password_hash.empty()) set_temporary_password(transaction, terms.password_hash, outcome);
    references.require_base_roles();
    if (const auto refusal = provider_refusal(problems)) throw Error(*refusal);
    refresh_statistics(transaction, outcome.invited.size());
    outcome.queued_mails = static_cast<std::int64_t>(outcome.invited.size());
    if (!outcome.unchanged.empty() && !record.as.empty() &&
        !holds_one_of(tenant, record.as, find_right_keys(Right::see_people))) {
      // The command reveals that the user exists, but nothing about them.
      for (Invited::Present& person : outcome.unchanged) person = {.email = person.email};
    }
    return !outcome.invited.empty();
  };
  exclusive_transaction(tenant, identity, record, ending, work, reconnect);
  return outcome;
}

std::string accept(Connection& tenant, const Identity& identity, const std::string& token, const RunRecord& record,
                   Ending ending, const Reconnect& reconnect) {
  std::string email;
  const auto work = [&](Transaction& transaction) {
    const std::string hash = token_hash(token);
    if (!record.as.empty()) {
      // Accepting an invitation changes the access of that user.
      const Rows whose = transaction.query(sql::invitation_of_token, {hash});
      Change change{.action = Action::change, .kind = "users"};
      if (!whose.empty()) change.key = whose.text(0, 0);
      change.fields["status"] = {"invited", "active"};
      require_rights(tenant, identity, record, {change});
    }
    const Rows accepted = transaction.query(sql::accept_invitation, {hash});
    if (!accepted.empty()) {
      email = accepted.text(0, 0);
      Change change{.action = Action::change, .kind = "users", .key = email};
      change.fields["status"] = {"invited", "active"};
      const std::vector<Change> changes = {change};
      record_run(transaction, record, {&changes});
      return true;
    }
    const Rows known = transaction.query(sql::invitation_of_token, {hash});
    if (known.empty()) {
      throw Error(ErrorKind::invalid, "this is not a token of tenant " + identity.slug,
                  "It may be truncated, or belong to another tenant.");
    }
    const char* why = known.boolean(0, 1)   ? "has been used"
                      : known.boolean(0, 2) ? "was revoked"
                      : known.boolean(0, 3) ? "has expired"
                                            : "is no longer needed";
    throw Error(ErrorKind::refused, "refused: the invitation of " + std::string(known.text(0, 0)) + " " + why,
                "If needed, create a new one: acctl user resend " + std::string(known.text(0, 0)));
  };
  exclusive_transaction(tenant, identity, record, ending, work, reconnect);
  return email;
}

Statement invitations_for_added(const std::string& tenant_id, std::span<const std::string> guests, const Secret& key,
                                const RunRecord& record) {
  TextArray emails;
  TextArray ids;
  TextArray nonces;
  TextArray hashes;
  for (const std::string& guest : guests) {
    const InvitationFacts facts{.tenant = tenant_id, .id = new_uuid(), .nonce = new_nonce(), .email = guest};
    emails.add(guest);
    ids.add(facts.id);
    nonces.add(facts.nonce);
    hashes.add(token_hash(invitation_token(key, facts).reveal()));
  }
  return {sql::invite_added,
          {emails.literal(), ids.literal(), nonces.literal(), hashes.literal(), std::nullopt, record.run, record.as}};
}

}  // namespace acctl
