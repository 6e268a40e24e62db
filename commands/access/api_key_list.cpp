#include "cli/builder.hpp"
#include "commands/access/api_key.hpp"
#include "commands/shared/imperative.hpp"
#include "commands/shared/record_sink.hpp"

namespace acctl {

namespace {

struct ListApiKeys {
  std::string owner;
  bool revoked = false;
  std::vector<std::string> exclude;
};

KeyFilter key_filter(const ListApiKeys& options) {
  KeyFilter filter{.revoked = options.revoked};
  if (options.owner.empty()) return filter;
  const KeyOwner owner = parse_key_owner(options.owner);
  if (owner.is_user()) {
    filter.email = owner.key;
  } else {
    filter.owner = word_for(owner.kind);
  }
  return filter;
}

void run(Session& session, const ListApiKeys& options) {
  const KeyFilter filter = key_filter(options);
  const std::string enterprise = filter.owner == "enterprise" ? parse_key_owner(options.owner).key : "";
  RecordWriter out = session.records(Shape::many, {"PREFIX",
                                                   "TENANT",
                                                   "OWNER",
                                                   "EMAIL",
                                                   "NAME",
                                                   "STATUS",
                                                   "ROLE",
                                                   "PERMISSIONS",
                                                   {"MADE BY", "/created_by"},
                                                   {"CREATED", "/created_at"},
                                                   {"EXPIRES", "/expires_at"},
                                                   {"LAST USED", "/last_used_at"}});
  NamedPeople named(filter.email.empty() ? std::vector<std::string>() : std::vector<std::string>{filter.email});
  visit_tenants(
      session, options.exclude,
      [&](Platform&, const Tenant& tenant, TenantSession& database, const InOrder& in_order) {
        if (!filter.email.empty()) named.look(database, tenant.slug);
        if (!enterprise.empty() && tenant.enterprise != enterprise) return;
        RecordSink sink(out, in_order);
        for (const ApiKey& key : list_api_keys(database, filter)) sink.add(api_key_record(key, tenant));
        sink.flush();
      },
      [&] {
        named.require();
        out.finish();
        if (out.empty()) session.terminal().info("no API keys match");
      });
}

}  // namespace

Command api_key_list_command() {
  return command<ListApiKeys>("list", "list API keys", run)
      .describe(R"(
Lists the API keys of a tenant, of one user, or of the organization: whose they are, what they can do, who made them on
their own authority, when they expire and were last used. A key itself is shown only once, when it is created.)")
      .argument("[OWNER]", "list only keys of this user, of the 'organization', or of 'enterprise:KEY'",
                &ListApiKeys::owner)
      .values(Values::key_owners)
      .with(exclude_option, &ListApiKeys::exclude)
      .option("--revoked", "include revoked keys", &ListApiKeys::revoked)
      .example("acctl api-key list -t acme", "List all keys that are not revoked.")
      .example("acctl api-key list organization --all", "List the keys that are no user's.")
      .example("acctl api-key list ana@acme.example -t acme --revoked", "List all keys that a user ever had.")
      .trail(Trail::nothing);
}

}  // namespace acctl
