// What the server itself costs: bare libpq programs that do the same server work as acctl and nothing else. Every
// benchmark is a ratio to one of these, taken in the same run.
//
//   bench_floor provision CONTROL_URL TEMPLATE SLUG
//   bench_floor provision-many CONTROL_URL TEMPLATE PREFIX COUNT WORKERS
//   bench_floor look-many CONTROL_URL WORKERS SLUG…
//   bench_floor fetch CONTROL_URL
//   bench_floor read-many CONTROL_URL WORKERS SQL SLUG…
//   bench_floor update-many CONTROL_URL WORKERS REGISTRY_SQL TENANT_SQL SLUG…   the slug is put behind REGISTRY_SQL
//   bench_floor mail SMTP_URL COUNT MESSAGE_FILE
#include <curl/curl.h>
#include <libpq-fe.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

void require(bool fine, PGconn* conn) {
  if (fine) return;
  std::fprintf(stderr, "bench_floor: %s\n", PQerrorMessage(conn));
  std::exit(1);
}

class Connection {
 public:
  Connection(const std::string& url, const std::string& database) {
    const char* keys[] = {"dbname", "dbname", nullptr};
    const char* values[] = {url.c_str(), database.empty() ? nullptr : database.c_str(), nullptr};
    if (database.empty()) keys[1] = nullptr;
    conn_ = PQconnectdbParams(keys, values, 1);
    require(PQstatus(conn_) == CONNECTION_OK, conn_);
  }
  ~Connection() { PQfinish(conn_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void run(const std::string& sql) {
    PGresult* result = PQexec(conn_, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    require(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, conn_);
    PQclear(result);
  }

 private:
  PGconn* conn_;
};

// Template copy, connect, tenant rows, registry row, one commit each.
void provision(Connection& control, const std::string& url, const std::string& source, const std::string& slug) {
  control.run("create database \"" + slug + "\" template \"" + source + "\"");
  Connection tenant(url, slug);
  tenant.run(
      "insert into acctl.tenant (tenant_id, slug, epoch, pack, pack_digest, seat_limit) values (gen_random_uuid(), '" +
      slug +
      "', 1, 'helpdesk', 'x', 10);"
      "insert into app.users (email, name) values ('admin@bench.example', 'Administrator');"
      "insert into app.user_roles (user_id, role_id) select u.id, r.id from app.users u, app.roles r where r.key = "
      "'admin';"
      "with i as (insert into app.invitations (user_id, email, token_hash, nonce, expires_at) select u.id, u.email, "
      "sha256('x'), sha256('y'), now() + interval '7 days' from app.users u returning *) "
      "insert into app.outbox (run, purpose, recipient, user_id, invitation_id, nonce) select 'floor', 'invitation', "
      "i.email, i.user_id, i.id, i.nonce from i;"
      "insert into app.settings (key, value) values ('branding.name', '\"Bench\"'), "
      "('support.address', '\"support@bench.example\"'), ('portal.hostname', '\"bench.example\"')");
  control.run("insert into bench.registry (slug, name, plan) values ('" + slug + "', 'Bench', 'trial')");
}

template <class Work>
void in_parallel(int count, int workers, Work work) {
  std::atomic<int> next = 0;
  std::vector<std::jthread> threads;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&] { work([&] { return next++; }, count); });
  }
}

struct Message {
  std::string text;
  std::size_t sent = 0;
};

std::size_t read_message(char* buffer, std::size_t size, std::size_t count, void* data) {
  auto& message = *static_cast<Message*>(data);
  const std::size_t part = std::min(size * count, message.text.size() - message.sent);
  std::memcpy(buffer, message.text.data() + message.sent, part);
  message.sent += part;
  return part;
}

void send_mails(const std::string& url, int count, const std::string& file) {
  std::stringstream lines;
  lines << std::ifstream(file).rdbuf();
  Message message;
  for (std::string line; std::getline(lines, line);) message.text += line + "\r\n";
  CURL* curl = curl_easy_init();
  for (int i = 0; i < count; ++i) {
    message.sent = 0;
    const std::string recipient = "person" + std::to_string(i) + "@bench.example";
    curl_slist* recipients = curl_slist_append(nullptr, recipient.c_str());
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "no-reply@bench.example");
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, &message);
    const CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(recipients);
    if (code != CURLE_OK) {
      std::fprintf(stderr, "bench_floor: %s\n", curl_easy_strerror(code));
      std::exit(1);
    }
  }
  curl_easy_cleanup(curl);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string& mode = words.at(0);
  const std::string& url = words.at(1);
  if (mode == "provision") {
    Connection control(url, "");
    provision(control, url, words.at(2), words.at(3));
  } else if (mode == "provision-many") {
    in_parallel(std::atoi(words.at(4).c_str()), std::atoi(words.at(5).c_str()), [&](auto take, int count) {
      Connection control(url, "");
      for (int i = take(); i < count; i = take()) provision(control, url, words.at(2), words.at(3) + std::to_string(i));
    });
  } else if (mode == "look-many") {
    const std::vector<std::string> slugs(words.begin() + 3, words.end());
    in_parallel(static_cast<int>(slugs.size()), std::atoi(words.at(2).c_str()), [&](auto take, int count) {
      for (int i = take(); i < count; i = take()) {
        Connection(url, slugs[static_cast<std::size_t>(i)]).run("select tenant_id, epoch from acctl.tenant");
      }
    });
  } else if (mode == "read-many") {
    const std::vector<std::string> slugs(words.begin() + 4, words.end());
    in_parallel(static_cast<int>(slugs.size()), std::atoi(words.at(2).c_str()), [&](auto take, int count) {
      for (int i = take(); i < count; i = take()) Connection(url, slugs[static_cast<std::size_t>(i)]).run(words.at(3));
    });
  } else if (mode == "update-many") {
    const std::vector<std::string> slugs(words.begin() + 5, words.end());
    in_parallel(static_cast<int>(slugs.size()), std::atoi(words.at(2).c_str()), [&](auto take, int count) {
      Connection control(url, "");
      for (int i = take(); i < count; i = take()) {
        const std::string& slug = slugs[static_cast<std::size_t>(i)];
        control.run(words.at(3) + "'" + slug + "'");
        if (!words.at(4).empty()) Connection(url, slug).run(words.at(4));
      }
    });
  } else if (mode == "mail") {
    send_mails(url, std::atoi(words.at(2).c_str()), words.at(3));
  } else if (mode == "fetch") {
    Connection(url, "").run("select * from acctl.tenant_overview order by slug collate \"C\"");
  } else {
    std::fprintf(stderr, "bench_floor: unknown mode %s\n", mode.c_str());
    return 3;
  }
  return 0;
}
