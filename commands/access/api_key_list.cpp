#include "cli/builder.hpp"
#include "commands/access/api_key.hpp"
#include "commands/access/api_key_record.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/record_sink.hpp"

namespace acctl {

namespace {

struct ListApiKeys {
  std::string email;
  bool revoked = false;
  std::vector<std::string> exclude;
};

int run(Session& session, const ListApiKeys& options) {
  const std::string email = options.email.empty() ? "" : emails_of({options.email}).front();
  RecordWriter out = session.records(Shape::many, {{"PREFIX", "/prefix"},
                                                   {"TENANT", "/tenant"},
                                                   {"EMAIL", "/email"},
                                                   {"NAME", "/name"},
                                                   {"STATUS", "/status"},
                                                   {"CREATED", "/created_at"},
                                                   {"EXPIRES", "/expires_at"},
                                                   {"LAST USED", "/last_used_at"}});
  NamedPeople named(email.empty() ? std::vector<std::string>() : std::vector<std::string>{email});
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        if (!email.empty()) named.look(database, tenant.slug);
        RecordSink sink(out, in_order);
        for (const ApiKey& key : list_api_keys(database, email, options.revoked)) {
          sink.add(api_key_record(key, tenant));
        }
        sink.flush();
      },
      [&] {
        named.require();
        out.finish();
        if (out.empty()) session.terminal().info("no API keys match");
      });
  return 0;
}

}  // namespace

Command api_key_list_command() {
  return command<ListApiKeys>("list", "list API keys", run)
      .describe(R"(
Lists the API keys of a tenant, or of one user, with the time when they expire and were last used. A key itself is shown
only once, when it is created.)")
      .argument("[EMAIL]", "list only the keys of this user", &ListApiKeys::email)
      .with(exclude_option, &ListApiKeys::exclude)
      .option("--revoked", "include revoked keys", &ListApiKeys::revoked)
      .example("acctl api-key list -t acme", "List all keys that are not revoked.")
      .example("acctl api-key list ana@acme.example -t acme --revoked", "List all keys that a user ever had.")
      .trail(Trail::nothing);
}

}  // namespace acctl
