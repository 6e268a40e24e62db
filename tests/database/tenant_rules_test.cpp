// What a tenant's database keeps by itself about people, and the statements by which acctl works on invitations and
// mails, each at the edge of what it may touch. Without a platform around it: a database and its migrations.
#include "provisioning/access/invitation_renewal.sql.hpp"
#include "provisioning/access/invitations.sql.hpp"
#include "provisioning/base/embedded.hpp"
#include "provisioning/database/migrations.hpp"
#include "provisioning/delivery/deliver.sql.hpp"
#include "provisioning/delivery/outbox.sql.hpp"
#include "provisioning/tenants/session.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"

using acctl::Connection;
using acctl::SqlError;
using acctl::test::Cluster;
namespace sql = acctl::sql;

namespace {

// Ana is its admin, Ben and Cyd are users; the limit is four seats.
class Tenant {
 public:
  Tenant() : session(cluster.dsn("postgres"), {}) {
    session.script("create role acctl_app nologin; create role acctl_operator nologin");
    acctl::migrate(session, acctl::tenant_migrations(), "");
    session.script(
        "insert into acctl.tenant (tenant_id, slug, epoch, pack, pack_digest, seat_limit)"
        " values ('00000000-0000-0000-0000-000000000001', 'acme', 1, 'p', 'd', 4);"
        "insert into app.permissions (key, category) values ('*', 'c'), ('tickets.view', 'c');"
        "insert into app.roles (key, name) values ('admin', 'Admin'), ('agent', 'Agent');"
        "insert into app.role_permissions (role_id, permission_id) select r.id, p.id from app.roles r, app.permissions "
        "p"
        "  where (r.key, p.key) in (('admin', '*'), ('agent', 'tickets.view'));"
        "insert into app.users (email, status) values ('ana@x.example', 'active'), ('ben@x.example', 'active'),"
        "  ('cyd@x.example', 'invited');"
        "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r"
        "  where (u.email, r.key) in (('ana@x.example', 'admin'), ('ben@x.example', 'agent'), ('cyd@x.example', "
        "'agent'))");
  }

  std::string ask(const std::string& statement) const { return cluster.query("acctl", statement); }

  std::string refusal(const std::string& statement) {
    try {
      session.script(statement);
      return "";
    } catch (const SqlError& error) {
      return error.sqlstate();
    }
  }

  // An invitation, and the mail with its link that waits.
  void invite(const std::string& name) {
    session.script(
        "with i as (insert into app.invitations (user_id, email, token_hash, nonce, expires_at)"
        " select u.id, u.email, sha256('" +
        name +
        "'), sha256('nonce'), now() + interval '7 days' from app.users u"
        "  where u.email = '" +
        name +
        "@x.example' returning *)"
        "insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce)"
        " select 'run', 'invitation', i.email, i.user_id, i.id, i.nonce from i");
  }

  // Every way in that there is: Ben's, who is active, and Cyd's, who is invited.
  void open_ways() {
    invite("cyd");
    session.script(
        "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256('s'), now() + interval '1 day'"
        "  from app.users where email = 'ben@x.example';"
        "insert into app.api_keys (user_id, name, prefix, key_hash) select id, 'k', 'abcd', sha256('k') from app.users"
        "  where email = 'ben@x.example'");
  }

  std::string ways() const {
    return ask(
        "select concat_ws(' ', (select count(*) from app.sessions where ended_at is null),"
        " (select count(*) from app.api_keys where revoked_at is null),"
        " (select count(*) from app.invitations where revoked_at is null),"
        " (select count(*) from app.outbox where status = 'queued'))");
  }

  // What stands against the mail that waits, as delivery sees it; "" where it can go out.
  std::string reason() {
    const acctl::Rows rows = session.query(sql::due_mails, {std::nullopt});
    return rows.empty() ? "no mail is due" : std::string(rows.text(0, 10));
  }

  bool accepts(const std::string& name) {
    return !session.query(sql::accept_invitation, {ask("select encode(sha256('" + name + "'), 'hex')")}).empty();
  }

  const Cluster cluster;
  Connection session;
};

const std::string check_violation = "23514";
const std::string unique = "23505";
const std::string age =
    "update app.invitations set created_at = now() - interval '9 days', expires_at = now() - "
    "interval '1 second'";

}  // namespace

TEST_CASE("promise 12: suspending a user ends every way in at once, and another change ends none") {
  Tenant tenant;
  tenant.open_ways();
  tenant.session.script("update app.users set name = 'B', crm_access = true");
  CHECK(tenant.ways() == "1 1 1 1");
  tenant.session.script("update app.users set status = 'suspended'");
  CHECK(tenant.ways() == "0 0 0 0");
  tenant.session.script("update app.users set status = 'active'");
  CHECK(tenant.ways() == "0 0 0 0");
}

TEST_CASE("promise 12: a new address ends the invitation that went to the old one, and only that") {
  Tenant tenant;
  tenant.open_ways();
  tenant.session.script(
      "update app.users set email = 'CYD@x.example' where email like 'cyd%'; update app.users set email = "
      "'benno@x.example' where email like 'ben%'");
  CHECK(tenant.ways() == "1 1 1 1");
  tenant.session.script("update app.users set email = 'other@x.example' where email like 'CYD%'");
  CHECK(tenant.ways() == "1 1 0 0");
  CHECK_FALSE(tenant.accepts("cyd"));
}

TEST_CASE("promise 12: who is suspended gets no new way in, and holds nothing") {
  Tenant tenant;
  const std::string held =
      "select count(*) from app.permission_grants g join app.users u on u.id = g.user_id where "
      "u.email like 'ben%'";
  CHECK(tenant.ask(held) == "1");
  tenant.session.script("update app.users set status = 'suspended' where email like 'ben%'");
  CHECK(tenant.ask(held) == "0");
  const std::string ben = " select id, 'k', 'abcd', sha256('k') from app.users where email like 'ben%'";
  CHECK(tenant.refusal("insert into app.api_keys (user_id, name, prefix, key_hash)" + ben) == check_violation);
  CHECK(tenant.refusal("insert into app.sessions (user_id, token_hash, expires_at) select id, sha256('s'), now() + "
                       "interval '1 day' from app.users where email like 'ben%'") == check_violation);
}

TEST_CASE("promise 12: a grant that has ended counts no more, for rights and for admins") {
  Tenant tenant;
  const auto set_end = [&](const std::string& end) {
    tenant.session.script("set session_replication_role = replica; update app.user_roles set expires_at = " + end +
                          "; set session_replication_role = default");
  };
  const std::string counts =
      "select (select count(*) from app.permission_grants) || ' ' || (select count(*) from app.admins)";
  set_end("now() + interval '1 hour'");
  CHECK(tenant.ask(counts) == "3 1");
  set_end("now() - interval '1 second'");
  CHECK(tenant.ask(counts) == "0 0");
}

TEST_CASE("promise 8: a person has one pending invitation, an occasion one mail, and only hashes are kept") {
  Tenant tenant;
  tenant.invite("cyd");
  CHECK(tenant.refusal("insert into app.invitations (user_id, email, token_hash, nonce, expires_at) select user_id, "
                       "email, sha256('other'), nonce, expires_at from app.invitations") == unique);
  CHECK(tenant.refusal("insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce) select run, "
                       "purpose, recipient, user_id, invitation_id, nonce from app.outbox") == unique);
  for (const char* column : {"invitations set token_hash", "api_keys set key_hash", "sessions set token_hash"}) {
    INFO(column);
    tenant.session.script(
        "insert into app.sessions (user_id, token_hash, expires_at) select id, sha256(email::bytea), "
        "now() from app.users on conflict do nothing; insert into app.api_keys (user_id, name, prefix, "
        "key_hash) select id, 'k', 'abcd', sha256(email::bytea) from app.users on conflict do nothing");
    CHECK(tenant.refusal("update app." + std::string(column) + " = 'the-token-itself'") == check_violation);
  }
  CHECK(tenant.refusal("insert into app.credentials (user_id, password_hash) select id, 'secret' from app.users") ==
        check_violation);
}

TEST_CASE("promise 8: an invitation is accepted once, while it is good, and its mail waits no longer") {
  Tenant tenant;
  tenant.invite("cyd");
  SECTION("once") {
    CHECK(tenant.accepts("cyd"));
    CHECK(tenant.ask("select status from app.users where email like 'cyd%'") == "active");
    CHECK(tenant.ask("select status || ': ' || error from app.outbox") == "canceled: the invitation was accepted");
    CHECK_FALSE(tenant.accepts("cyd"));
    // Not by who is a guest again either.
    tenant.session.script(
        "set session_replication_role = replica; update app.users set status = 'invited', activated_at = null where "
        "email like 'cyd%'; set session_replication_role = default");
    CHECK_FALSE(tenant.accepts("cyd"));
  }
  SECTION("not after its end") {
    tenant.session.script(age);
    CHECK_FALSE(tenant.accepts("cyd"));
  }
  SECTION("not when it was revoked") {
    tenant.session.script("update app.invitations set revoked_at = now()");
    CHECK_FALSE(tenant.accepts("cyd"));
  }
  SECTION("not with another token") { CHECK_FALSE(tenant.accepts("ben")); }
}

TEST_CASE("promise 8: a fresh invitation makes the old link and its mail worthless") {
  Tenant tenant;
  tenant.invite("cyd");
  const auto renew = [&](const std::string& email) {
    return tenant.session
        .query(sql::renew_invitations,
               {"{" + email + "}", "{00000000-0000-0000-0000-000000000009}",
                "{" + tenant.ask("select encode(sha256('n'), 'hex')") + "}",
                "{" + tenant.ask("select encode(sha256('fresh'), 'hex')") + "}", std::int64_t{60'000}, "later"})
        .size();
  };
  CHECK(renew("cyd@x.example") == 1);
  CHECK_FALSE(tenant.accepts("cyd"));
  CHECK(tenant.ask("select string_agg(purpose || ' ' || status, ', ' order by queued_at, purpose) from app.outbox") ==
        "invitation canceled, resend queued");
  CHECK(tenant.accepts("fresh"));
  // Who has signed up is not invited again.
  CHECK(renew("cyd@x.example") == 0);
  CHECK(renew("ana@x.example") == 0);
}

TEST_CASE("promise 8: no mail goes out with a link that is not good any more") {
  Tenant tenant;
  tenant.invite("cyd");
  CHECK(tenant.reason() == "");
  SECTION("revoked") {
    tenant.session.script("update app.invitations set revoked_at = now()");
    CHECK(tenant.reason() == "the invitation was revoked");
  }
  SECTION("accepted") {
    tenant.session.script("update app.invitations set accepted_at = now()");
    CHECK(tenant.reason() == "the invitation was accepted");
  }
  SECTION("replaced") {
    tenant.session.script("update app.invitations set nonce = sha256('other')");
    CHECK(tenant.reason() == "a newer invitation replaced it");
  }
  SECTION("expired") {
    tenant.session.script(age);
    CHECK(tenant.reason() == "the invitation expired before it could be sent");
  }
}

TEST_CASE("promise 8: what was sent stays sent, and what is put off is sent later") {
  Tenant tenant;
  tenant.invite("cyd");
  const std::string id = tenant.ask("select id from app.outbox");
  const auto settle = [&](const std::string& outcome) {
    tenant.session.query(sql::settle_mails, {"{" + id + "}", "{" + outcome + "}", "{why}"});
    return tenant.ask("select status || ' ' || attempts || ' ' || (not_before > now()) from app.outbox");
  };
  SECTION("canceled while it was sent") {
    tenant.session.script("update app.outbox set status = 'canceled'");
    CHECK(settle("deferred") == "canceled 0 false");
    CHECK(settle("sent") == "sent 1 false");
    CHECK(settle("failed") == "sent 1 false");
  }
  SECTION("put off, and given up in the end") {
    CHECK(settle("deferred") == "queued 1 true");
    CHECK(tenant.reason() == "no mail is due");
    tenant.session.script("update app.outbox set attempts = 25");
    CHECK(settle("deferred") == "queued 26 true");
    CHECK(settle("deferred") == "failed 27 true");
  }
}

TEST_CASE("promise 8: a failed mail waits again unless its link is not good any more") {
  Tenant tenant;
  tenant.invite("cyd");
  tenant.session.script("update app.outbox set status = 'failed'");
  const auto retried = [&] { return tenant.session.query(sql::retry_mails, {std::nullopt}).size(); };
  SECTION("good") { CHECK(retried() == 1); }
  SECTION("revoked") {
    tenant.session.script("update app.invitations set revoked_at = now()");
    CHECK(retried() == 0);
  }
  SECTION("accepted") {
    tenant.session.script("update app.invitations set accepted_at = now()");
    CHECK(retried() == 0);
  }
  SECTION("replaced") {
    tenant.session.script("update app.invitations set nonce = sha256('other')");
    CHECK(retried() == 0);
  }
  SECTION("expired") {
    tenant.session.script(age);
    CHECK(retried() == 0);
  }
}

TEST_CASE("promise 6: seats are limited whoever adds users, the suspended take one, and deleting frees one") {
  Tenant tenant;
  const std::string exceeded = "53400";
  CHECK(tenant.refusal("insert into app.users (email) values ('d@x.example'), ('e@x.example')") == exceeded);
  CHECK(tenant.refusal("insert into app.users (email) values ('d@x.example')").empty());
  tenant.session.script("update app.users set status = 'suspended' where email like 'ben%'");
  CHECK(tenant.refusal("insert into app.users (email) values ('e@x.example')") == exceeded);
  tenant.session.script("delete from app.users where email like 'd@%'");
  CHECK(tenant.refusal("insert into app.users (email) values ('e@x.example')").empty());
}

TEST_CASE("promise 6: what the product brings along cannot be deleted, and what is held cannot either") {
  Tenant tenant;
  tenant.session.script(
      "update app.roles set system = true where key = 'admin'; delete from app.user_roles where "
      "role_id = (select id from app.roles where key = 'agent')");
  CHECK(tenant.refusal("delete from app.roles where key = 'admin'") == "23001");
  CHECK(tenant.refusal("delete from app.roles where key = 'agent'").empty());
  CHECK(tenant.refusal("delete from app.users where email like 'ana%'") == acctl::test::restricted());
}

TEST_CASE("promise 11: the door opens to the tenant's own database, run, schema and ledger alone") {
  Tenant tenant;
  tenant.session.script(
      "update acctl.tenant set epoch = 5; insert into acctl.runs (run, command, outcome, actor, "
      "origin) values ('first', 'c', 'done', 'a', 'o')");
  acctl::Tenant right;
  right.slug = "acme";
  right.id = "00000000-0000-0000-0000-000000000001";
  right.database = "acctl";
  right.epoch = 5;
  // True when what is asked behind the door is done; what is not must leave no trace.
  const auto opens = [&](const acctl::Tenant& wanted, acctl::Access access = acctl::Access::write) {
    const std::string before = tenant.ask("select count(*) from app.teams");
    Connection session(tenant.cluster.dsn("postgres"), {});
    session.require(acctl::make_door(wanted, access));
    try {
      acctl::Transaction transaction(session);
      transaction.query("insert into app.teams (key, name) values (md5(clock_timestamp()::text), 'T')");
      transaction.commit();
      return true;
    } catch (const acctl::Error&) {
      CHECK(tenant.ask("select count(*) from app.teams") == before);
      return false;
    }
  };
  CHECK(opens(right));
  acctl::Tenant other = right;
  other.database = "other";
  CHECK_FALSE(opens(other));
  other = right;
  other.id = "00000000-0000-0000-0000-000000000002";
  CHECK_FALSE(opens(other));
  // What the database says counts.
  tenant.session.script("update acctl.tenant set tenant_id = '00000000-0000-0000-0000-000000000002'");
  CHECK(opens(other));
  CHECK_FALSE(opens(right));
  tenant.session.script("update acctl.tenant set tenant_id = '00000000-0000-0000-0000-000000000001'");
  other = right;
  other.epoch = 4;
  CHECK_FALSE(opens(other));
  other.epoch = 6;
  CHECK(opens(other));
  other = right;
  other.ledger_id = 1;
  other.ledger_run = "first";
  CHECK(opens(other));
  other.ledger_run = "another";
  CHECK_FALSE(opens(other));
  other.ledger_id = 2;
  other.ledger_run = "first";
  CHECK_FALSE(opens(other));
  tenant.session.script("update acctl.migrations set checksum = 'changed' where version = 1");
  CHECK_FALSE(opens(right));
  tenant.session.script("delete from acctl.migrations where version > 1");
  CHECK_FALSE(opens(right));
}
