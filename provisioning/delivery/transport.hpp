// Sends messages by SMTP, a sendmail program or into a Maildir. A transport belongs to one thread and keeps its
// connection.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "provisioning/platform/mail_settings.hpp"

namespace acctl {

// What became of one message.
struct SendResult {
  enum class What {
    sent,      // taken over by the next one
    deferred,  // not now: 4xx, or an answer that never came. Whether it was taken is not known then
    failed,    // never: 5xx
    broken,    // the connection ended, or fell silent, after the message was offered: for its sake, or for all
    down,      // nothing can be sent at the moment: the message was not offered
  };
  What what = What::sent;
  std::string detail;  // the server's words; "" for sent
};

struct Parcel {
  std::string id;    // unique, letters, digits and -: the same for the same message
  std::string from;  // addresses of the envelope
  std::string to;
  std::string text;  // of the message, its lines ending with \n
};

class Transport {
 public:
  virtual ~Transport() = default;

  // `failed` for invalid addresses, wherever they come from: no server is contacted then.
  SendResult send(const Parcel& parcel);

  // Whether messages could go out: connects and authenticates, sends nothing. Throws Error(connection) with the reason,
  // Error(invalid) for what is wrong on this machine.
  virtual void check() = 0;

 private:
  virtual SendResult hand_over(const Parcel& parcel) = 0;
};

// Throws Error(invalid) for credentials that cannot be read; does not connect yet. `interrupted` ends a wait as `down`.
std::unique_ptr<Transport> open_transport(const MailSettings& settings, const std::function<bool()>* interrupted);

std::unique_ptr<Transport> smtp_transport(const MailSettings& settings, const std::function<bool()>* interrupted);
std::unique_ptr<Transport> sendmail_transport(const MailSettings& settings, const std::function<bool()>* interrupted);
std::unique_ptr<Transport> maildir_transport(const MailSettings& settings);

}  // namespace acctl
