#include "provisioning/access/invitations.hpp"

#include <algorithm>
#include <map>
#include <set>

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
    const Secret token = invitations_.add(terms_.key, tenant_, person.email);
    if (terms_.links) links_[person.email] = terms_.link_base + token.reveal();
    names_.add_filled(person.name);
    templates_.add_filled(person.role_template);
    crm_.add(person.crm_access.value_or(false) ? "t" : "f");
    idps_.add(person.idp);
    external_ids_.add_filled(person.external_id);
    hours_.add_filled(person.session_hours ? std::to_string(*person.session_hours) : "");
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
    return transaction.query(sql::invite_people, {invitations_.emails,
                                                  names_,
                                                  templates_,
                                                  crm_,
                                                  idps_,
                                                  external_ids_,
                                                  hours_,
                                                  invitations_.ids,
                                                  invitations_.nonces,
                                                  invitations_.hashes,
                                                  role_users_,
                                                  roles_,
                                                  team_users_,
                                                  teams_,
                                                  fields_,
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
  const InvitationTerms& terms_;
  const std::string& tenant_;
  InvitationColumns invitations_;
  TextArray names_, templates_, crm_, idps_, external_ids_, hours_, fields_;
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
  const Rows taken = transaction.query(sql::identities_taken, {emails, idps, ids, folds});
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

std::string make_remark(const Invitee& person, const InvitationReferences& references, const Row& row) {
  const std::string_view status = row.view(1);
  if (status == "suspended") return "is suspended; see 'acctl user reactivate'";
  if (status == "invited" && !row.boolean(2)) return "has no valid invitation; see 'acctl user resend'";
  const std::string held = " " + row.text(3) + " ";
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
  for (const Row row : transaction.query(sql::people_present, {emails})) {
    const std::string email = row.text(0);
    outcome.unchanged.push_back({email, row.text(1), make_remark(*present.at(email), references, row)});
  }
}

// For those who are invited now: a password of somebody else is not overwritten.
void set_temporary_password(Transaction& transaction, const std::string& hash, Invited& outcome) {
  TextArray emails;
  for (const Invited::Person& person : outcome.invited) emails.add(person.email);
  if (!emails.empty()) transaction.query(sql::set_temporary_password, {emails, hash});
  for (Invited::Present& person : outcome.unchanged) {
    if (person.remark.empty()) person.remark = "exists already; the temporary password is not set";
  }
}

}  // namespace

Invited invite(const ExclusiveRun& run, const std::vector<Invitee>& people, const InvitationTerms& terms) {
  Connection& tenant = run.tenant;
  const RunRecord& record = run.record;
  Invited outcome;
  const auto work = [&](Transaction& transaction) {
    outcome = {};
    InvitationReferences references(tenant);
    const std::vector<Invitee> completed = references.with_base_role(people);
    const std::span<const Invitee> guests = completed.empty() ? std::span(people) : std::span(completed);
    require_rights(tenant, run.identity, record, changes_of_each_sort(guests));
    references.check(guests);
    const std::int64_t run_id = record_run(transaction, record, {});
    std::int64_t logged = 0;
    // What is not asked for needs no rule.
    const bool by_providers = std::ranges::any_of(guests, [](const Invitee& one) { return one.idp != "local"; });
    const SignInRules rules = by_providers ? read_sign_in_rules(tenant) : SignInRules();
    std::vector<std::string> problems;
    Step inviting("inviting", people.size(), "users");
    for (std::size_t first = 0; first < people.size(); first += batch_size) {
      const std::size_t last = std::min(people.size(), first + batch_size);
      require_free_ids(transaction, std::span(people).subspan(first, last - first), record.as.empty());
      Batch batch(terms, run.identity.id);
      std::map<std::string, const Invitee*> rest;
      for (std::size_t i = first; i < last; ++i) {
        batch.add(guests[i]);
        rest.emplace(people[i].email, &people[i]);
      }
      for (const Row row : batch.send(transaction, run_id, logged, record)) {
        std::string email = row.text(0);
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
  exclusive_transaction(run, work);
  return outcome;
}

std::string accept(const ExclusiveRun& run, const std::string& token) {
  std::string email;
  const auto work = [&](Transaction& transaction) {
    const std::string hash = token_hash(token);
    if (!run.record.as.empty()) {
      // Accepting an invitation changes the access of that user.
      const Rows whose = transaction.query(sql::invitation_of_token, {hash});
      Change change{.action = Action::change, .kind = "users"};
      if (!whose.empty()) change.key = whose.text(0, 0);
      change.fields["status"] = {"invited", "active"};
      require_rights(run.tenant, run.identity, run.record, {change});
    }
    const Rows accepted = transaction.query(sql::accept_invitation, {hash});
    if (!accepted.empty()) {
      email = accepted.text(0, 0);
      Change change{.action = Action::change, .kind = "users", .key = email};
      change.fields["status"] = {"invited", "active"};
      const std::vector<Change> changes = {change};
      record_run(transaction, run.record, {&changes});
      return true;
    }
    const Rows known = transaction.query(sql::invitation_of_token, {hash});
    if (known.empty()) {
      throw Error(ErrorKind::invalid, "this is not a token of tenant " + run.identity.slug,
                  "It may be truncated, or belong to another tenant.");
    }
    const char* why = known.boolean(0, 1)   ? "has been used"
                      : known.boolean(0, 2) ? "was revoked"
                      : known.boolean(0, 3) ? "has expired"
                                            : "is no longer needed";
    throw Error(ErrorKind::refused, "refused: the invitation of " + std::string(known.text(0, 0)) + " " + why,
                "If needed, create a new one: acctl user resend " + std::string(known.text(0, 0)));
  };
  exclusive_transaction(run, work);
  return email;
}

Secret InvitationColumns::add(const Secret& key, const std::string& tenant_id, const std::string& email,
                              const std::string& id) {
  const InvitationFacts facts{
      .tenant = tenant_id, .id = id.empty() ? new_uuid() : id, .nonce = new_nonce(), .email = email};
  Secret token = invitation_token(key, facts);
  emails.add(email);
  ids.add(facts.id);
  nonces.add(facts.nonce);
  hashes.add(token_hash(token.reveal()));
  return token;
}

Statement invitations_for_added(const std::string& tenant_id, std::span<const std::string> guests, const Secret& key,
                                const RunRecord& record) {
  InvitationColumns all;
  for (const std::string& guest : guests) all.add(key, tenant_id, guest);
  return {sql::invite_added, {all.emails, all.ids, all.nonces, all.hashes, std::nullopt, record.run, record.as}};
}

}  // namespace acctl
