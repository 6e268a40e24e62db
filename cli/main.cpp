#include <string>
#include <vector>

#include "cli/app.hpp"
#include "cli/session.hpp"

int main(int argc, char** argv) {
  acctl::catch_interrupts();
  return acctl::run(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc));
}
