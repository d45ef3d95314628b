// Libraries are opened one after the other; what is opened here are functions of this file.
#include <csignal>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "core/opening/open_batch.h"
#include "support/event.h"
#include "support/harness.h"

namespace {

using namespace test;
using aisopod::OpenBatch;
using aisopod::ProcessState;
using aisopod::SystemLoader;

constexpr int kFlags = 42;

// What the system was asked for, and what it does then. The batch's thread uses it while it runs.
struct System {
  std::vector<std::string> opened;
  Event begun, go_on;
};
System* current = nullptr;

void* open_library(const char* path, int flags) {
  CHECK_EQ(flags, kFlags);
  current->opened.emplace_back(path);
  if (std::strcmp(path, "/refused") == 0) return nullptr;
  if (std::strcmp(path, "/rude") == 0) std::signal(SIGUSR2, SIG_IGN);
  if (std::strcmp(path, "/slow") == 0) {
    current->begun.set();
    current->go_on.wait();
  }
  return const_cast<char*>(path);
}

void* find(void* library, const char* name) {
  CHECK_EQ(std::string(name), "entry");
  return std::strcmp(static_cast<const char*>(library), "/empty") == 0 ? nullptr : library;
}

char* words() {
  static char text[] = "no such file";
  return text;
}

const SystemLoader kLoader = {open_library, find, words, kFlags};

class Fixture {
 public:
  Fixture() { current = &system; }
  ~Fixture() { std::signal(SIGUSR2, SIG_DFL); }

  System system;
};

bool unchanged(const OpenBatch& batch) {
  ProcessState before, after;
  return !batch.changed(before, after);
}

CASE("all are opened, in their order, and the symbol is looked up in each") {
  Fixture fixture;
  OpenBatch batch({"/a", "/empty", "/b"}, "entry", kLoader);
  CHECK_EQ(batch.done(), 0u);
  batch.run();
  CHECK(fixture.system.opened == std::vector<std::string>({"/a", "/empty", "/b"}));
  REQUIRE(batch.done() == 3);
  CHECK(batch.at(0).entry != nullptr);
  CHECK(batch.at(1).open && batch.at(1).entry == nullptr);
  CHECK(batch.at(2).entry != nullptr);
  CHECK(unchanged(batch));
  CHECK_EQ(batch.running_ns(), 0);
}

CASE("one that is refused has the system's words, and those behind it are opened") {
  const Fixture fixture;
  OpenBatch batch({"/refused", "/b"}, "entry", kLoader);
  batch.run();
  REQUIRE(batch.done() == 2);
  CHECK(!batch.at(0).open);
  CHECK_EQ(batch.at(0).words, "no such file");
  CHECK(batch.at(1).open);
}

CASE("nothing is opened after one that has changed the process, until that can be set back") {
  Fixture fixture;
  OpenBatch batch({"/a", "/rude", "/b"}, "entry", kLoader);
  batch.run();
  CHECK_EQ(batch.done(), 2u);
  CHECK_EQ(fixture.system.opened.size(), 2u);
  ProcessState before, after;
  REQUIRE(batch.changed(before, after));
  CHECK(before.text().find("\nSIGUSR2 default\n") != std::string::npos);
  CHECK(after.text().find("\nSIGUSR2 ignored\n") != std::string::npos);
}

CASE("nothing is opened after one that was given up, which is done with when it returns") {
  Fixture fixture;
  OpenBatch batch({"/a", "/slow", "/b"}, "entry", kLoader);
  std::thread thread([&] { batch.run(); });
  fixture.system.begun.wait();
  CHECK_EQ(batch.done(), 1u);
  CHECK(batch.running_ns() > 0);
  CHECK(!batch.give_up(0));
  CHECK(batch.give_up(1));
  CHECK(unchanged(batch));
  fixture.system.go_on.set();
  thread.join();
  CHECK_EQ(batch.done(), 2u);
  CHECK_EQ(fixture.system.opened.size(), 2u);
}

CASE("what one that was given up has changed until now is reported while it still runs") {
  Fixture fixture;
  OpenBatch batch({"/slow"}, "entry", kLoader);
  std::thread thread([&] { batch.run(); });
  fixture.system.begun.wait();
  CHECK(batch.give_up(0));
  std::signal(SIGUSR2, SIG_IGN);
  ProcessState before, after;
  CHECK(batch.changed(before, after));
  fixture.system.go_on.set();
  thread.join();
}

CASE("one that is not running cannot be given up") {
  const Fixture fixture;
  OpenBatch batch({"/a"}, "entry", kLoader);
  CHECK(!batch.give_up(0));
  batch.run();
  CHECK(!batch.give_up(0));
  CHECK(!batch.give_up(1));
  CHECK_EQ(batch.done(), 1u);
}

}  // namespace
