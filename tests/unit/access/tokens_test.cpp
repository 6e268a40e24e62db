#include "provisioning/access/tokens.hpp"

#include <set>

#include "tests/support/catch.hpp"

using acctl::InvitationFacts;
using acctl::Secret;

TEST_CASE("promise 8: a token is bound to platform, tenant, invitation, nonce and address, each of them alone") {
  const Secret key(std::string(64, 'a'));
  const InvitationFacts facts{.tenant = "t", .id = "i", .nonce = "n", .email = "ana@acme.example"};
  const auto token = [&](const InvitationFacts& of) { return acctl::invitation_token(key, of).reveal(); };
  CHECK(token(facts) == token(facts));
  CHECK(token(facts).size() == 43);
  std::set<std::string> all = {token(facts), acctl::invitation_token(Secret(std::string(64, 'b')), facts).reveal()};
  for (std::string InvitationFacts::* member :
       {&InvitationFacts::tenant, &InvitationFacts::id, &InvitationFacts::nonce, &InvitationFacts::email}) {
    InvitationFacts other = facts;
    other.*member += "x";
    all.insert(token(other));
  }
  // What moves from one part to the next is another token, too.
  all.insert(token({.tenant = "ti", .id = "", .nonce = "n", .email = "ana@acme.example"}));
  all.insert(token({.tenant = "", .id = "ti", .nonce = "n", .email = "ana@acme.example"}));
  CHECK(all.size() == 8);
  CHECK(acctl::token_hash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
}
