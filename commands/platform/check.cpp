#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/builder.hpp"
#include "commands/platform/platform.hpp"
#include "commands/shared/connect_platform.hpp"
#include "provisioning/access/tokens.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/delivery/transport.hpp"

namespace acctl {

namespace {

// Reports each precondition of delivery; the first that fails becomes the error of the command.
void check_platform(Session& session, const NoOptions&) {
  const Platform platform = open_platform(session);
  const MailSettings& mail = platform.settings().mail;
  RecordWriter out = session.records(Shape::many, {"CHECK", "RESULT", "DETAIL"});
  std::optional<Error> first;
  const auto look = [&](const std::string& name, const std::string& detail, const auto& at) {
    try {
      at();
      out.add({{"check", name}, {"result", "ok"}, {"detail", detail}});
    } catch (const Error& error) {
      out.add({{"check", name}, {"result", "failed"}, {"detail", error.what()}});
      if (!first) first = error;
    }
  };
  const std::string& storage = platform.settings().storage_root;
  look("storage", storage, [&] { check_folder(storage); });
  const bool has_key = std::filesystem::exists(platform.key_path());
  look("key", platform.key_path() + (has_key ? "" : " is not there yet; the first invitation makes it"),
       [&] { platform_key(platform, Mode::rehearse); });
  look("mail", mail.transport == "smtp" ? mail.url : mail.transport + " " + mail.folder + mail.program, [&] {
    if (mail.transport.empty()) {
      throw Error(ErrorKind::failed, "no mail transport is configured",
                  "Configure one: see 'acctl platform apply --help'.");
    }
    open_transport(mail, &interrupted())->check();
  });
  out.finish();
  if (first) throw Error(*first);
}

}  // namespace

Command platform_check_command() {
  return command("check", "check that storage, key and mail work on this machine", check_platform)
      .describe(R"(
Checks that the storage root can be used and that the key file belongs to the platform, connects to the mail server
and signs in there. No message is sent and no folder is created. The exit code is 4 if the mail server cannot be
reached.)")
      .exits(4, "the control database or the mail server cannot be reached")
      .exits(7, "the key is missing, or is not that of this platform")
      .example("acctl platform check", "After mail was configured.")
      .trail(Trail::nothing);
}

}  // namespace acctl
