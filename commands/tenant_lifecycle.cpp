// tenant retry, suspend, resume, delete.
#include "commands/consent.hpp"
#include "commands/delivery.hpp"
#include "commands/open.hpp"
#include "commands/tenant.hpp"
#include "provisioning/model/duration.hpp"
#include "provisioning/tenants/lifecycle.hpp"
#include "provisioning/tenants/provision.hpp"

namespace acctl {

namespace {

void say(Session& session, const Tenant& tenant, bool changed, const std::string& wish) {
  if (session.settings().dry_run) {
    session.terminal().info("dry run: tenant " + tenant.slug + " is " + tenant.status +
                            (changed ? " and would be " + wish : " and would stay as it is") + "; nothing was done");
    return;
  }
  const std::string until = tenant.hold_until ? "; its database is held until " + *tenant.hold_until : "";
  session.terminal().info("tenant " + tenant.slug + " is " + tenant.status + until +
                          (changed ? "" : "; nothing changed"));
}

Command retry_command() {
  auto slug = std::make_shared<std::string>();
  return {
      .name = "retry",
      .summary = "go on with a provisioning that failed or was interrupted",
      .description =
          "Looks at what each step of the provisioning left and does what is missing. An active tenant is "
          "left as it is. If its first administrator has left meanwhile, it is refused (exit 7): 'acctl tenant create' "
          "with another --admin-email goes on.",
      .arguments = {slug_argument(*slug)},
      .examples = {{"acctl tenant retry acme", "After the cause is cured."}},
      .run =
          [slug](Session& session) {
            Platform platform = open_platform(session);
            const auto listener = [&](const std::string& tenant, std::string_view step) {
              session.terminal().verbose(tenant + ": " + std::string(step));
            };
            const ProvisionResult result = mode_of(session) == Mode::rehearse
                                               ? rehearse_retry(platform, slug_of(session, *slug))
                                               : retry_tenant(platform, slug_of(session, *slug), listener);
            say(session, result.tenant, result.how != Provisioned::unchanged, "gone on with");
            write_tenant(session, result.tenant);
            if (result.how != Provisioned::unchanged) deliver_now(session, platform, {&result.tenant}, "");
            return 0;
          },
      .storage = slug,
  };
}

// With what names it to people, for slugs look alike.
std::string described(const Tenant& tenant) {
  return "tenant " + tenant.slug + " (" + tenant.name + ", plan " + tenant.plan + ", " +
         std::to_string(tenant.seats_used) + (tenant.seats_used == 1 ? " user" : " users") + ")";
}

Consent consent_to_suspend(Session& session, const LifecycleResult& rehearsed) {
  const Tenant& tenant = rehearsed.tenant;
  Outlook outlook{.takes_away = true};
  if (rehearsed.changed) outlook.changing.push_back(tenant.slug);
  return require_consent(session, outlook, AskedBy::words,
                         "Do you want to suspend " + described(tenant) +
                             "? Its sessions end, and nobody of it can sign in until it is resumed.");
}

Command suspend_command() {
  auto slug = std::make_shared<std::string>();
  return {
      .name = "suspend",
      .summary = "lock a tenant out; its data stays",
      .description =
          "Locks the tenant's application out of its database, ends its sessions and unpublishes its routes. "
          "Asks first; off a terminal --yes is needed. Suspending a suspended tenant changes nothing.",
      .arguments = {slug_argument(*slug)},
      .examples = {{"acctl tenant suspend acme --reason 'invoice 4711'", "Asks; the reason goes to the audit trail."}},
      .run =
          [slug](Session& session) {
            Platform platform = open_platform(session);
            const std::string name = slug_of(session, *slug);
            LifecycleResult result = suspend_tenant(platform, name, Mode::rehearse);
            if (consent_to_suspend(session, result) != Consent::rehearse) {
              result = suspend_tenant(platform, name, Mode::perform);
            }
            say(session, result.tenant, result.changed, "suspended");
            write_tenant(session, result.tenant);
            return 0;
          },
      .storage = slug,
  };
}

Command resume_command() {
  auto slug = std::make_shared<std::string>();
  return {
      .name = "resume",
      .summary = "let a suspended tenant back, or one that is held for deletion",
      .description =
          "Lets the tenant's application in again and publishes its routes. A tenant whose deletion is still "
          "held comes back with all its data, as what it was before: one that was suspended stays suspended until it "
          "is resumed once more. Whoever was offboarded or deactivated while it was held has no access in it, and what "
          "its enterprise took back meanwhile is taken away.",
      .arguments = {slug_argument(*slug)},
      .examples = {{"acctl tenant resume acme", "After the invoice was paid."}},
      .run =
          [slug](Session& session) {
            Platform platform = open_platform(session);
            const LifecycleResult result = resume_tenant(platform, slug_of(session, *slug), mode_of(session));
            for (const std::string& sentence : result.ended) session.terminal().info(sentence);
            say(session, result.tenant, result.changed, "resumed");
            write_tenant(session, result.tenant);
            return 0;
          },
      .storage = slug,
  };
}

struct DeleteOptions {
  std::string slug;
  std::string confirm;
  std::string hold;
  bool no_export = false;
};

std::string delete_question(const LifecycleResult& rehearsed, const DeleteRequest& request) {
  const bool drops = drops_now(rehearsed.tenant, request);
  return "Do you want to delete " + described(rehearsed.tenant) +
         (drops ? "? Its database, its database roles and its storage are dropped; nothing brings them back."
                : "? Nobody can sign in any more; its database is held, and dropped when the time for that is over.");
}

int delete_one(Session& session, const DeleteOptions& options) {
  DeleteRequest request{.slug = slug_of(session, options.slug), .hold = {}, .keep_export = !options.no_export};
  if (session.given("--hold")) request.hold = parse_duration("--hold", options.hold);
  Platform platform = open_platform(session);
  LifecycleResult result = delete_tenant(platform, request, Mode::rehearse);
  Outlook outlook{.takes_away = true};
  if (result.changed) outlook.changing.push_back(request.slug);
  const Consent consent =
      require_named_consent(session, outlook, {.option = "--confirm", .name = request.slug, .given = options.confirm},
                            delete_question(result, request));
  if (consent == Consent::granted || consent == Consent::ask) {
    result = delete_tenant(platform, request, Mode::perform);
  }
  say(session, result.tenant, result.changed, "deleted");
  write_tenant(session, result.tenant);
  return 0;
}

Command delete_command() {
  auto options = std::make_shared<DeleteOptions>();
  return {
      .name = "delete",
      .summary = "delete a tenant: export, quarantine, then drop",
      .description =
          "Unpublishes the tenant's routes, keeps an export of its configuration in the registry, ends all its "
          "sessions and renames its database so that nothing can reach it. It stays so for --hold (30d at "
          "first); 'tenant purge', its timer, or the same command again drop database, database roles and storage "
          "afterwards, --hold 0 at once. 'tenant resume' brings back a tenant that is held. The registry row and the "
          "audit trail "
          "stay, and the slug is free again after the drop. --confirm answers the question; off a terminal it is "
          "needed.",
      .arguments = {slug_argument(options->slug)},
      .options = {{.name = "--confirm",
                   .value = "SLUG",
                   .help = "the slug once more, so that no other tenant is deleted by mistake",
                   .target = &options->confirm},
                  {.name = "--hold",
                   .value = "TIME",
                   .help = "how long the database is kept: 30d, 12h; 0 drops it at once",
                   .target = &options->hold},
                  {.name = "--no-export", .value = "", .help = "keep no export", .target = &options->no_export}},
      .examples = {{"acctl tenant delete acme --confirm acme", "Held for 30 days."},
                   {"acctl tenant delete acme --confirm acme --hold 0", "Gone at once."}},
      .run = [options](Session& session) { return delete_one(session, *options); },
      .storage = options,
  };
}

}  // namespace

std::vector<Command> tenant_lifecycle_commands() {
  return {retry_command(), suspend_command(), resume_command(), delete_command()};
}

}  // namespace acctl
