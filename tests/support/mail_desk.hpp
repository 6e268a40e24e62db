// What tests of mail that goes wrong have in common: a desk whose mails can be made due, counted and asked about.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/support/mail_server.hpp"
#include "tests/support/tenant_fixture.hpp"

namespace acctl::test {

inline const std::string bea_address = "bea@acme.example";

// Mail leaves by `server`, without TLS.
void mail_by(const TenantFixture& desk, const MailServer& server, const std::string& more = "");

// Of the latest mail to bea: status, attempts, reason.
std::string fate(const TenantFixture& desk);

void make_due(const TenantFixture& desk);

// The first admin's mail, which each tenant has, is not what these tests look at.
void forget_first_mail(const TenantFixture& desk);

// A file of guest0, guest1 … to invite, for whom there are seats.
std::string people(const TenantFixture& desk, int count);

// acctl that goes on while the test looks at it. The caller ends it.
pid_t start(const TenantFixture& desk, const std::vector<std::string>& words);

// How often each guest was written to: "" where everybody was, once.
std::string not_once(const std::vector<TakenMail>& mails, int count);

}  // namespace acctl::test
