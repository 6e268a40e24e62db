#include "provisioning/base/interned.hpp"

#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using acctl::Interned;

TEST_CASE("there is one copy of a text, whoever makes it") {
  const std::string text = "external_id";
  const Interned one(text);
  CHECK(&one.str() == &Interned("external_id").str());
  CHECK(one == Interned(std::string_view(text)));
  CHECK(one == "external_id");
  CHECK(one == text);
  CHECK_FALSE(one == "external");
  CHECK(Interned().empty());
  CHECK(Interned() == Interned(""));
  std::vector<const std::string*> copies(4);
  std::vector<std::thread> threads;
  for (const std::string*& copy : copies) {
    threads.emplace_back([&copy] { copy = &Interned("made by several threads").str(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string* copy : copies) CHECK(copy == copies.front());
}

TEST_CASE("an interned text stands where a text does, in the order of texts") {
  const Interned file("teams.yaml");
  CHECK(file + ":" + std::to_string(3) == "teams.yaml:3");
  CHECK("in " + file == "in teams.yaml");
  CHECK(std::string(file) == "teams.yaml");
  CHECK(nlohmann::json(file).dump() == R"("teams.yaml")");
  CHECK(file < Interned("users.yaml"));
  CHECK_FALSE(file < file);
}
