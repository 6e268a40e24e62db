// libpq, loaded when the first session or connection string needs it. It brings Kerberos, LDAP and TLS along, which
// costs about 5 ms: more than everything else that a command without a database does (help, version, completion).
//
// Included by sources of this folder only; call a function as pq().PQfinish(…).
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <string>
#include <vector>

namespace acctl {

// clang-format off: it cannot make up its mind about the line ends
#define ACCTL_LIBPQ_FUNCTIONS(USE) \
  USE(PQbackendPID) USE(PQclear) USE(PQcmdStatus) USE(PQcmdTuples) USE(PQconnectPoll) USE(PQconnectStartParams) \
  USE(PQconninfoFree) USE(PQconninfoParse) USE(PQconsumeInput) USE(PQenterPipelineMode) USE(PQerrorMessage) USE(PQexitPipelineMode) USE(PQfinish) USE(PQflush) \
  USE(PQfreemem) USE(PQgetResult) USE(PQgetisnull) USE(PQgetlength) USE(PQgetvalue) USE(PQisBusy) \
  USE(PQntuples) USE(PQpipelineSync) USE(PQresultErrorField) USE(PQresultErrorMessage) USE(PQresultStatus) USE(PQsendFlushRequest) USE(PQsendPrepare) \
  USE(PQsendQuery) USE(PQsendQueryParams) USE(PQsendQueryPrepared) USE(PQsetNoticeProcessor) \
  USE(PQsetnonblocking) USE(PQsocket) USE(PQstatus) USE(PQtransactionStatus)
// clang-format on

struct Libpq {
#define ACCTL_DECLARE(name) decltype(&::name) name;
  ACCTL_LIBPQ_FUNCTIONS(ACCTL_DECLARE)
#undef ACCTL_DECLARE
};

class Param;

// Throws Error(invalid) for a value that PostgreSQL cannot store.
void refuse_nul(const std::vector<Param>& parameters);

// What libpq says, as one line.
std::string without_line_ends(std::string text);

// How long a silent server is waited for beyond its own statement_timeout, which it may be unable to keep.
constexpr std::chrono::milliseconds grace{1'000};

// Throws Error(failed) naming the package where the library is missing.
const Libpq& pq();

}  // namespace acctl
