// Sends messages by SMTP with libcurl: one connection for many messages, one recipient for each, so that each gets its
// own answer.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "provisioning/base/duration.hpp"
#include "provisioning/base/error.hpp"
#include "provisioning/base/events.hpp"
#include "provisioning/base/files.hpp"
#include "provisioning/base/secret.hpp"
#include "provisioning/base/text.hpp"
#include "provisioning/delivery/curl.hpp"
#include "provisioning/delivery/transport.hpp"

namespace acctl {

namespace {

struct Credentials {
  Secret user{""};
  Secret password{""};
};

Credentials credentials_in(const std::string& path) {
  if (path.empty()) return {};
  const Secret text(read_secret_file(path, 4096));
  const std::string& lines = text.reveal();
  const std::size_t first = lines.find('\n');
  const std::size_t second = first == std::string::npos ? first : lines.find('\n', first + 1);
  const bool two = first != std::string::npos && first > 0 && lines.size() > first + 1 &&
                   (second == std::string::npos || second + 1 == lines.size()) && lines.find('\r') == std::string::npos;
  if (!two) {
    throw Error(ErrorKind::invalid, path + " does not hold credentials: expected are two lines, user and password");
  }
  const std::size_t length = second == std::string::npos ? second : second - first - 1;
  return {Secret(lines.substr(0, first)), Secret(lines.substr(first + 1, length))};
}

struct Upload {
  std::string text;
  std::size_t sent = 0;
};

std::size_t read_upload(char* buffer, std::size_t size, std::size_t count, void* data) {
  auto& upload = *static_cast<Upload*>(data);
  const std::size_t part = std::min(size * count, upload.text.size() - upload.sent);
  upload.text.copy(buffer, part, upload.sent);
  upload.sent += part;
  return part;
}

// What was said about one message, or to check the server.
struct Talk {
  std::string server;                 // HOST[:PORT]
  std::string refusal;                // the server's last one
  bool goes_on = false;               // it has more lines
  bool offered = false;               // a message
  bool signs_in = false;              // there are credentials
  bool secure = false;                // as much as the settings want it to be
  bool offers_auth = false;           // the server, once it is secure
  bool lacks_auth = false;            // it has not offered it, and there are credentials
  bool leaving = false;               // after QUIT, which libcurl also says when something went wrong before
  std::string_view verb = "connect";  // what the server is to answer
  std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();

  void ask(std::string_view what) {
    verb = what;
    leaving = false;
    asked = std::chrono::steady_clock::now();
  }

  // Whether this line ends an answer to EHLO that offers no authentication though there are credentials. libcurl would
  // go on without signing in, and a relay that takes the message might be anybody's.
  bool misses_auth(std::string_view line) {
    if (!signs_in || !secure || (verb != "EHLO" && verb != "HELO") || !line.starts_with("250")) return false;
    offers_auth |= line.size() > 4 && line.substr(4).starts_with("AUTH ");
    lacks_auth = !offers_auth && (line.size() < 4 || line[3] != '-');
    return lacks_auth;
  }
};

// "smtp://mail.example:587/" -> "mail.example:587"; the settings allow neither a user nor a password in it.
std::string server_in(const std::string& url) {
  const std::string rest = url.substr(url.find("://") + 3);
  return rest.substr(0, rest.find('/'));
}

// Line by line. What the server says to the QUIT after a refusal says nothing of it.
std::size_t hear(char* buffer, std::size_t size, std::size_t count, void* data) {
  auto& talk = *static_cast<Talk*>(data);
  std::string_view line(buffer, size * count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (talk.misses_auth(line)) return 0;  // which ends the transfer
  if (!line.starts_with('4') && !line.starts_with('5')) return size * count;
  if (talk.goes_on && line.size() > 4) {
    talk.refusal += " " + std::string(line.substr(4));
  } else {
    talk.refusal = line;
  }
  talk.goes_on = line.size() > 3 && line[3] == '-';
  return size * count;
}

// The verb of a line that is sent; all else that a client says in SMTP is part of an authentication.
std::string_view find_verb(std::string_view line) {
  constexpr std::array verbs = {"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "NOOP", "RSET", "QUIT"};
  const auto known = std::ranges::find_if(verbs, [&](std::string_view verb) { return line.starts_with(verb); });
  return known == verbs.end() ? "AUTH" : *known;
}

void tell_exchange(const Talk& talk, const std::string& outcome) {
  const std::string verb(talk.verb);
  const std::string ms = elapsed_ms(talk.asked);
  tell({.text = "smtp " + verb + ": host " + talk.server + ", " + ms + " ms, " + outcome,
        .fields = {{"smtp", verb}, {"host", talk.server}, {"ms", ms}, {"outcome", outcome}},
        .since = talk.asked});
}

int listen_in(CURL*, curl_infotype type, char* text, std::size_t size, void* data) {
  // Nothing of it is kept: passwords pass by, too.
  auto& talk = *static_cast<Talk*>(data);
  const std::string_view line(text, size);
  if (type == CURLINFO_HEADER_OUT) {
    const std::string_view verb = find_verb(line);
    if (verb == "QUIT") {
      talk.leaving = true;
    } else {
      talk.ask(verb);
    }
    if (verb == "MAIL") talk.offered = true;
  }
  const bool last = type == CURLINFO_HEADER_IN && line.size() > 3 && line[3] != '-';
  if (!last || talk.leaving) return 0;
  // Of the answer its code alone: the words behind it may repeat an address.
  if (is_heard()) tell_exchange(talk, std::string(line.substr(0, 3)));
  if (talk.verb == "STARTTLS" && line.starts_with("220")) {
    talk.secure = true;
    talk.ask("TLS");
  }
  if (line.starts_with("354")) talk.ask("message");
  return 0;
}

int is_interrupted(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* interrupted = static_cast<const std::function<bool()>*>(data);
  return interrupted != nullptr && (*interrupted)() ? 1 : 0;
}

class Recipient {
 public:
  explicit Recipient(const std::string& address) : list_(curl().slist_append(nullptr, address.c_str())) {}
  ~Recipient() { curl().slist_free_all(list_); }
  Recipient(const Recipient&) = delete;
  Recipient& operator=(const Recipient&) = delete;
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_;
};

class Smtp : public Transport {
 public:
  Smtp(const MailSettings& settings, const std::function<bool()>* interrupted)
      : settings_(settings),
        credentials_(credentials_in(settings.credentials_file)),
        interrupted_(interrupted),
        timeout_ms_(parse_duration("timeout", settings.timeout).count()),
        connect_ms_(settings.connect_within.empty()
                        ? timeout_ms_
                        : std::min(timeout_ms_, parse_duration("timeout", settings.connect_within).count())),
        handle_(curl().easy_init(), curl().easy_cleanup) {}

  // libcurl says QUIT at the end, and would wait two minutes for an answer that nobody needs.
  ~Smtp() override {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl().easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket);
    if (socket != CURL_SOCKET_BAD) shutdown(socket, in_order_ ? SHUT_RD : SHUT_RDWR);
  }

  Smtp(const Smtp&) = delete;
  Smtp& operator=(const Smtp&) = delete;

  void check() override {
    prepare(true);
    set(CURLOPT_CUSTOMREQUEST, "NOOP");
    set(CURLOPT_NOBODY, 1L);
    const CURLcode code = perform();
    if (code == CURLE_OK) return;
    throw Error(ErrorKind::connection, "cannot send by " + settings_.url + ": " + why(code),
                talk_.lacks_auth ? "Name the port where the server authenticates, usually 587, or leave out "
                                   "mail.credentials_file: 'acctl platform apply -f'."
                                 : "");
  }

 private:
  SendResult hand_over(const Parcel& parcel) override {
    SendResult handover = offer(parcel, false);
    // Servers close a connection after so many messages or so long a time, some with 421 and some without a word; that
    // says nothing of this message, unless it was handed over already: then the answer to it is what is missing.
    if (closed_before_) handover = offer(parcel, true);
    return handover;
  }

  template <class Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl().easy_setopt(handle_.get(), option, value);
    if (code == CURLE_OK) return;
    throw Error(ErrorKind::failed,
                std::string("libcurl lacks what sending mail requires: ") + curl().easy_strerror(code),
                "Install libcurl4 7.85 or later.");
  }

  void prepare(bool fresh) {
    talk_ = {.server = server_in(settings_.url),
             .signs_in = !credentials_.user.reveal().empty(),
             .secure = settings_.tls == "none" || settings_.url.starts_with("smtps:")};
    message_[0] = '\0';
    curl().easy_reset(handle_.get());  // keeps the connection
    set(CURLOPT_URL, settings_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");  // whatever the environment says
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USE_SSL, static_cast<long>(settings_.tls == "none" ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    if (!credentials_.user.reveal().empty()) {
      set(CURLOPT_USERNAME, credentials_.user.reveal().c_str());
      set(CURLOPT_PASSWORD, credentials_.password.reveal().c_str());
    }
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect_ms_));
    set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>((timeout_ms_ + 999) / 1000));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(4 * timeout_ms_));  // all of one message
    set(CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_HEADERFUNCTION, &hear);
    set(CURLOPT_HEADERDATA, &talk_);
    set(CURLOPT_DEBUGFUNCTION, &listen_in);
    set(CURLOPT_DEBUGDATA, &talk_);
    set(CURLOPT_VERBOSE, 1L);  // or nothing is listened to
    set(CURLOPT_XFERINFOFUNCTION, &is_interrupted);
    set(CURLOPT_XFERINFODATA, interrupted_);
    set(CURLOPT_NOPROGRESS, 0L);
  }

  CURLcode perform() {
    const CURLcode code = curl().easy_perform(handle_.get());
    long connections = 0;
    curl().easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &response_);
    curl().easy_getinfo(handle_.get(), CURLINFO_NUM_CONNECTS, &connections);
    reused_ = connections == 0;
    in_order_ = code == CURLE_OK;
    // An answer, also one that refuses, was told when it came.
    if (code != CURLE_OK && response_ < 400 && is_heard()) tell_exchange(talk_, failure(code));
    return code;
  }

  SendResult offer(const Parcel& parcel, bool fresh) {
    Upload upload{with_spellings(parcel.text, {{'\n', "\r\n"}})};  // libcurl doubles leading dots
    const Recipient recipient(parcel.to);
    prepare(fresh);
    set(CURLOPT_MAIL_FROM, parcel.from.c_str());
    set(CURLOPT_MAIL_RCPT, recipient.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, &read_upload);
    set(CURLOPT_READDATA, &upload);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(upload.text.size()));
    const CURLcode code = perform();
    const bool no_answer = response_ == 421 || response_ < 400;
    const bool waited = code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK;
    closed_before_ = code != CURLE_OK && reused_ && no_answer && !waited && upload.sent == 0;
    if (code == CURLE_OK) return {};
    return {classify_response(code), why(code)};
  }

  // An answer about the message counts for the message alone. No connection, no TLS, no authentication: the next one
  // would fail as well. If the server closes down or stops answering after the message was offered, the outcome is
  // unknown.
  SendResult::What classify_response(CURLcode code) const {
    const bool of_the_server = response_ == 530 || response_ == 534 || response_ == 535;
    if (!talk_.offered || of_the_server || code == CURLE_ABORTED_BY_CALLBACK) return SendResult::What::down;
    if (response_ >= 500 && response_ < 600) return SendResult::What::failed;
    if (response_ >= 400 && response_ < 500 && response_ != 421) return SendResult::What::deferred;
    return SendResult::What::broken;
  }

  // The server's refusal if there is one, else what libcurl says.
  std::string why(CURLcode code) const {
    if (response_ >= 400 && !talk_.refusal.empty()) return abbreviated(talk_.refusal);
    return failure(code);
  }

  // Why there is no answer. Never the server's words.
  std::string failure(CURLcode code) const {
    if (talk_.lacks_auth) return "the mail server offers no authentication, and credentials are configured";
    if (code == CURLE_OPERATION_TIMEDOUT) {
      const bool connecting = !talk_.offered && connect_ms_ < timeout_ms_;
      return "no answer within " + (connecting ? settings_.connect_within : settings_.timeout);
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) return "interrupted";
    return escaped(message_[0] != '\0' ? message_ : curl().easy_strerror(code));
  }

  MailSettings settings_;
  Credentials credentials_;
  const std::function<bool()>* interrupted_;
  std::int64_t timeout_ms_;  // of each answer
  std::int64_t connect_ms_;  // of all until the server takes messages
  Talk talk_;                // before the handle, which may still talk when it is closed
  char message_[CURL_ERROR_SIZE] = {};
  std::unique_ptr<CURL, decltype(&::curl_easy_cleanup)> handle_;
  long response_ = 0;
  bool reused_ = false;
  bool closed_before_ = false;  // by the server, which had taken nothing of the message
  bool in_order_ = false;       // the server has answered all that it was told
};

}  // namespace

std::unique_ptr<Transport> smtp_transport(const MailSettings& settings, const std::function<bool()>* interrupted) {
  return std::make_unique<Smtp>(settings, interrupted);
}

}  // namespace acctl
