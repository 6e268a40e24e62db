#include "cli/builder.hpp"
#include "commands/shared/tenant_write.hpp"
#include "commands/user/user.hpp"
#include "provisioning/access/invitations.hpp"
#include "provisioning/base/files.hpp"

namespace acctl {

namespace {

struct AcceptInvitation {
  std::string token_file = "-";
};

// Reads the token; a whole link counts, too, because that is what people copy from a message.
std::string read_token(const std::string& file) {
  constexpr std::size_t limit = 4096;
  std::string text = file == "-" ? read_standard_input(limit) : read_secret_file(file, limit);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  text.erase(0, text.find_last_of("/=") + 1);  // a link_base ends with one of these
  constexpr std::size_t length = 43;
  const bool plain =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
  if (text.size() == length && plain) return text;
  throw Error(ErrorKind::invalid, "the input is not a valid token: 43 letters, digits, - and _ are expected",
              "Give the token from the message, or the complete link.");
}

void run(Session& session, const AcceptInvitation& options) {
  if (session.settings().tenants.size() != 1 || session.settings().all) {
    throw Error(ErrorKind::invalid, "this command takes one tenant", "Name it with -t.");
  }
  const std::string token = read_token(options.token_file);
  RecordWriter out = session.records(Shape::one, {"email", "status", "tenant"});
  const auto work = [&](TenantWrite& site) {
    const std::string email = accept(site.run, token);
    out.add({{"email", email}, {"status", "active"}, {"tenant", site.tenant.slug}});
  };
  for_each_site(session, {.command = "user accept", .exclude = {}, .work = work, .write = [&] { out.finish(); }});
}

}  // namespace

Command user_accept_command() {
  return command<AcceptInvitation>("accept", "complete an invitation with its token", run)
      .describe(R"(
Does what the application does when somebody follows the link of an invitation: uses up the token and activates the
user. Intended for tests and support. The token, or the complete link, is read from standard input or from a file that
only its owner can access; on a command line, other users of the machine could see it.)")
      .option("--token-file FILE", "file that contains the token; - for standard input (default: -)",
              &AcceptInvitation::token_file)
      .values(Values::file)
      .example("acctl user accept --token-file token -t acme", "Activate the user.");
}

}  // namespace acctl
