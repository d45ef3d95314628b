// Libraries are opened one after the other; what is opened here are functions of this file.
#include "core/opening/opener.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "aisopod/plugin.h"
#include "support/event.h"
#include "support/harness.h"
#include "support/reader.h"

namespace {

using namespace test;
using aisopod::Message;
using aisopod::MessageType;
using aisopod::Opener;
using aisopod::OpenerSetup;
using aisopod::OpenOutcome;
using aisopod::WantedLibrary;

constexpr int kFlags = 42;
constexpr int64_t kLong = 60'000;

// What was requested of the system, and what it does then.
struct System {
  std::mutex mutex;
  std::vector<std::string> opened;
  std::string queried;  // the ids of the plugins, in order
  int inside = 0, most_inside = 0;
  Event begun, go_on, entered, leave;
};
System* current = nullptr;

const aisopod_plugin_desc kDescriptor = [] {
  aisopod_plugin_desc desc = AISOPOD_INIT(aisopod_plugin_desc);
  desc.abi_major = AISOPOD_ABI_MAJOR;
  desc.flags = AISOPOD_PLUGIN_SINGLE;
  return desc;
}();

void enter() {
  const std::lock_guard lock(current->mutex);
  current->most_inside = std::max(current->most_inside, ++current->inside);
}
void leave() {
  const std::lock_guard lock(current->mutex);
  --current->inside;
}

constexpr int kPeek = 4;

// Whether a sibling is open: those that lie in /unused are not.
void* peek(const char* path) {
  return std::strncmp(path, "/unused/", 8) == 0 ? nullptr : const_cast<char*>(path);
}

void* open_library(const char* path, int flags) {
  if (flags == (kFlags | kPeek)) return peek(path);
  CHECK_EQ(flags, kFlags);
  enter();
  {
    const std::lock_guard lock(current->mutex);
    current->opened.emplace_back(path);
  }
  if (std::strcmp(path, "/rude") == 0) std::signal(SIGUSR2, SIG_IGN);
  if (std::strcmp(path, "/slow") == 0) {
    current->begun.set();
    current->go_on.wait();
  }
  leave();
  return std::strcmp(path, "/refused") == 0 ? nullptr : const_cast<char*>(path);
}

const aisopod_plugin_desc* entry(const aisopod_query* query) {
  enter();
  {
    const std::lock_guard lock(current->mutex);
    current->queried += query->plugin_id;
  }
  CHECK_EQ(std::string(query->host_name), "test");
  CHECK_EQ(query->struct_size, sizeof *query);
  leave();
  return std::strcmp(query->plugin_id, "other") == 0 ? nullptr : &kDescriptor;
}

const aisopod_plugin_desc* throwing_entry(const aisopod_query*) {
  throw std::runtime_error("no descriptor today");
}

const aisopod_plugin_desc* hanging_entry(const aisopod_query*) {
  current->entered.set();
  current->leave.wait();
  return &kDescriptor;
}

void* find(void* library, const char* name) {
  CHECK_EQ(std::string(name), "entry");
  const std::string path = static_cast<const char*>(library);
  if (path == "/empty") return nullptr;
  if (path == "/throws") return reinterpret_cast<void*>(&throwing_entry);
  if (path == "/hangs") return reinterpret_cast<void*>(&hanging_entry);
  return reinterpret_cast<void*>(&entry);
}

char* words() {
  static char text[] = "no such file";
  return text;
}

// Openers are as long-lived as the process, so they are not destroyed here either: their threads
// may still be on the way to their ends.
template <class T>
T& kept() {
  static auto* const all = new std::vector<std::unique_ptr<T>>();
  return *all->emplace_back(std::make_unique<T>());
}

class Fixture {
 public:
  Fixture() : system(kept<System>()), opener(kept<Opener>()) {
    current = &system;
    OpenerSetup setup;
    setup.system.open = open_library;
    setup.system.peek_flags = kPeek;
    setup.system.find = find;
    setup.system.words = words;
    setup.system.flags = kFlags;
    setup.entry = "entry";
    setup.host_name = "test";
    setup.host_version = "1";
    opener.set_up(std::move(setup));
  }
  ~Fixture() {
    std::signal(SIGUSR2, SIG_DFL);
    rest();
  }

  // Waits until nothing is being opened: the embedder comes after all else.
  void rest() {
    Reader last;
    const uint32_t held = opener.hold(last.environment);
    CHECK(last.outcome(held) == OpenOutcome::held);
    opener.release(held);
  }

  System& system;
  Opener& opener;
  Reader reader;
};

WantedLibrary library(const std::string& path, int64_t limit_ms = kLong) {
  WantedLibrary wanted;
  wanted.path = path;
  wanted.what = "the library " + path;
  wanted.plugin_id = path.substr(1);
  wanted.limit_ms = limit_ms;
  return wanted;
}

CASE("libraries are opened in their order, and each entry function gets its query") {
  Fixture f;
  const auto& environment = f.reader.environment;
  const uint32_t a = f.opener.open(environment, library("/a"));
  const uint32_t b = f.opener.open(environment, library("/b"));
  const Message first = f.reader.opened(a);
  CHECK_EQ(first.status, static_cast<int32_t>(OpenOutcome::opened));
  const auto* const copy =
      reinterpret_cast<const aisopod_plugin_desc*>(std::stoull(first.a, nullptr, 16));
  CHECK(copy != &kDescriptor);
  CHECK_EQ(copy->struct_size, sizeof kDescriptor);
  CHECK_EQ(copy->flags, kDescriptor.flags);
  CHECK(f.reader.outcome(b) == OpenOutcome::opened);
  CHECK(f.system.opened == std::vector<std::string>({"/a", "/b"}));
  CHECK_EQ(f.system.queried, "ab");
}

CASE("a library that is open is not opened again, and its entry function is called again") {
  Fixture f;
  WantedLibrary again = library("/a");
  again.plugin_id = "other";
  const Message first = f.reader.opened(f.opener.open(f.reader.environment, library("/a")));
  CHECK_EQ(first.status, static_cast<int32_t>(OpenOutcome::opened));
  const Message second = f.reader.opened(f.opener.open(f.reader.environment, std::move(again)));
  CHECK_EQ(second.status, static_cast<int32_t>(OpenOutcome::opened));
  CHECK_EQ(second.a, "");
  const Message third = f.reader.opened(f.opener.open(f.reader.environment, library("/a")));
  CHECK_EQ(third.a, first.a);
  CHECK_EQ(f.system.opened.size(), 1u);
  CHECK_EQ(f.opener.what_of("/a"), "the library /a");
  CHECK_EQ(f.opener.what_of("/b"), "");
}

CASE("a library that can't be opened is refused with the reason, and the next one is opened") {
  Fixture f;
  const auto& environment = f.reader.environment;
  const uint32_t refused = f.opener.open(environment, library("/refused"));
  const uint32_t empty = f.opener.open(environment, library("/empty"));
  const uint32_t throws = f.opener.open(environment, library("/throws"));
  const uint32_t good = f.opener.open(environment, library("/b"));
  const Message first = f.reader.opened(refused);
  CHECK_EQ(first.status, static_cast<int32_t>(OpenOutcome::refused));
  CHECK_EQ(first.a, "no such file");
  CHECK(f.reader.outcome(empty) == OpenOutcome::no_entry);
  const Message thrown = f.reader.opened(throws);
  CHECK_EQ(thrown.status, static_cast<int32_t>(OpenOutcome::threw));
  CHECK_EQ(thrown.a, "threw a C++ exception: no descriptor today");
  CHECK(f.reader.outcome(good) == OpenOutcome::opened);
}

CASE("two environments never open at once") {
  Fixture f;
  Reader other;
  std::vector<std::thread> threads;
  for (Reader* const reader : {&f.reader, &other}) {
    threads.emplace_back([&f, reader] {
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/" + std::to_string(i % 20);
        const uint32_t id = f.opener.open(reader->environment, library(path));
        CHECK(reader->outcome(id) == OpenOutcome::opened);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(f.system.most_inside, 1);
  CHECK_EQ(f.system.opened.size(), 20u);
}

CASE("a change of the process is reported before the end of the opening that made it") {
  Fixture f;
  const uint32_t rude = f.opener.open(f.reader.environment, library("/rude"));
  const Message change = f.reader.next();
  CHECK(change.type == MessageType::process);
  CHECK_EQ(change.instance, rude);
  CHECK_EQ(change.a, "a constructor or the entry function of its library");
  CHECK(change.b.find("\nSIGUSR2 default\n") != std::string::npos);
  CHECK(change.c.find("\nSIGUSR2 ignored\n") != std::string::npos);
  CHECK(f.reader.outcome(rude) == OpenOutcome::opened);
}

CASE("what the embedder changed before it asked for a library is not reported of that one") {
  Fixture f;
  CHECK(f.reader.outcome(f.opener.open(f.reader.environment, library("/a"))) ==
        OpenOutcome::opened);
  std::signal(SIGUSR2, SIG_IGN);
  const uint32_t next = f.opener.open(f.reader.environment, library("/b"));
  const Message end = f.reader.next();
  CHECK(end.type == MessageType::opened);
  CHECK_EQ(end.instance, next);
}

CASE("a constructor that overstays its limit is given up, and all environments are refused") {
  Fixture f;
  Reader other;
  const uint32_t slow = f.opener.open(f.reader.environment, library("/slow", 1));
  f.system.begun.wait();
  const uint32_t waiting = f.opener.open(other.environment, library("/b"));
  CHECK(f.reader.outcome(slow) == OpenOutcome::slow);
  const Message refused = other.opened(waiting);
  CHECK_EQ(refused.status, static_cast<int32_t>(OpenOutcome::stuck));
  CHECK_EQ(refused.a, "the library /slow");
  CHECK(other.outcome(f.opener.open(other.environment, library("/c"))) == OpenOutcome::stuck);
  CHECK(other.outcome(f.opener.hold(other.environment)) == OpenOutcome::stuck);
  CHECK_EQ(f.opener.stuck(), "the library /slow");
  CHECK(!f.opener.run_if_idle([] {}));
  f.system.go_on.set();
  while (!f.opener.stuck().empty()) std::this_thread::yield();
  CHECK(other.outcome(f.opener.open(other.environment, library("/b"))) == OpenOutcome::opened);
  CHECK_EQ(f.opener.what_of("/slow"), "the library /slow");
}

CASE("an entry function that overstays the limit is given up like a constructor") {
  Fixture f;
  const uint32_t hangs = f.opener.open(f.reader.environment, library("/hangs", 1));
  CHECK(f.reader.outcome(hangs) == OpenOutcome::slow_entry);
  CHECK_EQ(f.opener.stuck(), "the library /hangs");
  f.system.leave.set();
  while (!f.opener.stuck().empty()) std::this_thread::yield();
}

CASE("what a library that was given up has changed until then is reported") {
  Fixture f;
  const uint32_t slow = f.opener.open(f.reader.environment, library("/slow", 200));
  f.system.begun.wait();
  std::signal(SIGUSR2, SIG_IGN);
  const Message change = f.reader.next();
  CHECK(change.type == MessageType::process);
  CHECK(f.reader.outcome(slow) == OpenOutcome::slow);
  f.system.go_on.set();
  while (!f.opener.stuck().empty()) std::this_thread::yield();
}

CASE("an environment that ends takes with it what it has not opened yet") {
  Fixture f;
  auto other = std::make_unique<Reader>();
  const uint32_t slow = f.opener.open(f.reader.environment, library("/slow"));
  f.system.begun.wait();
  f.opener.open(other->environment, library("/b"));
  f.opener.remove(other->environment.get());
  other.reset();
  f.system.go_on.set();
  CHECK(f.reader.outcome(slow) == OpenOutcome::opened);
  f.rest();
  CHECK_EQ(f.system.opened.size(), 1u);
}

CASE("nothing is opened while the embedder holds the loader, at most until its environment ends") {
  Fixture f;
  auto other = std::make_unique<Reader>();
  CHECK(other->outcome(f.opener.hold(other->environment)) == OpenOutcome::held);
  const uint32_t waiting = f.opener.open(f.reader.environment, library("/a"));
  CHECK(!f.opener.run_if_idle([] {}));
  CHECK(f.system.opened.empty());
  f.opener.remove(other->environment.get());
  other.reset();
  CHECK(f.reader.outcome(waiting) == OpenOutcome::opened);
}

WantedLibrary bringing(const char* path, const char* hash,
                       const char* sibling = "/used/libhelper.so") {
  WantedLibrary wanted = library(path);
  wanted.siblings.push_back({"libhelper.so", hash, sibling});
  return wanted;
}

CASE("a sibling that the loader has not opened, but another one of that name, clashes with none") {
  Fixture f;
  const auto& environment = f.reader.environment;
  const char* const unused = "/unused/libhelper.so";
  for (const char* const path : {"/a", "/b"}) {
    const uint32_t id = f.opener.open(environment, bringing(path, path, unused));
    CHECK(f.reader.outcome(id) == OpenOutcome::opened);
  }
  CHECK(f.reader.outcome(f.opener.open(environment, bringing("/c", "1"))) == OpenOutcome::opened);
  const Message clash = f.reader.opened(f.opener.open(environment, bringing("/d", "2", unused)));
  CHECK_EQ(clash.b, "the library /c");
}

CASE("a sibling of another content is refused, of the same content is not") {
  Fixture f;
  const auto& environment = f.reader.environment;
  CHECK(f.reader.outcome(f.opener.open(environment, bringing("/a", "1"))) == OpenOutcome::opened);
  CHECK(f.reader.outcome(f.opener.open(environment, bringing("/b", "1"))) == OpenOutcome::opened);
  const Message clash = f.reader.opened(f.opener.open(environment, bringing("/c", "2")));
  CHECK_EQ(clash.status, static_cast<int32_t>(OpenOutcome::sibling_clash));
  CHECK_EQ(clash.a, "libhelper.so");
  CHECK_EQ(clash.b, "the library /b");
}

CASE("a library that is to stay apart is refused a sibling that is open, of the same content too") {
  Fixture f;
  const auto& environment = f.reader.environment;
  CHECK(f.reader.outcome(f.opener.open(environment, bringing("/a", "1"))) == OpenOutcome::opened);
  WantedLibrary wanted = bringing("/b", "1");
  wanted.apart = true;
  const Message clash = f.reader.opened(f.opener.open(environment, wanted));
  CHECK_EQ(clash.status, static_cast<int32_t>(OpenOutcome::sibling_clash));
  CHECK_EQ(clash.a, "libhelper.so");
  CHECK_EQ(clash.b, "the library /a");
  wanted.siblings[0].name = "libhelper-2.so";
  CHECK(f.reader.outcome(f.opener.open(environment, wanted)) == OpenOutcome::opened);
}

CASE("a library that is to stay apart is refused a unique symbol that is there, of any size") {
  Fixture f;
  WantedLibrary wanted = library("/a");
  wanted.unique.push_back({"one", 4, false});
  wanted.apart = true;
  CHECK(f.reader.outcome(f.opener.open(f.reader.environment, wanted)) == OpenOutcome::opened);
  wanted.path = "/b";
  const Message clash = f.reader.opened(f.opener.open(f.reader.environment, wanted));
  CHECK_EQ(clash.status, static_cast<int32_t>(OpenOutcome::unique_clash));
  CHECK_EQ(clash.a, "one");
  CHECK_EQ(clash.b, "the library /a");
}

CASE("libraries that share a unique symbol are both reported, in their own environments") {
  Fixture f;
  Reader other;
  const auto sharing = [](const char* path, uint64_t size) {
    WantedLibrary wanted = library(path);
    wanted.unique.push_back({"both", size, true});
    return wanted;
  };
  const uint32_t a = f.opener.open(f.reader.environment, sharing("/a", 4));
  CHECK(f.reader.outcome(a) == OpenOutcome::opened);
  const uint32_t b = f.opener.open(other.environment, sharing("/b", 4));
  const Message its = other.next();
  CHECK(its.type == MessageType::shared);
  CHECK_EQ(its.a, "the library /b");
  CHECK_EQ(its.b, "the library /a");
  CHECK_EQ(its.c, std::string("both\0", 5));
  CHECK(other.outcome(b) == OpenOutcome::opened);
  const Message theirs = f.reader.next();
  CHECK(theirs.type == MessageType::shared);
  CHECK_EQ(theirs.instance, a);
  CHECK_EQ(theirs.b, "the library /b");
  const Message clash = f.reader.opened(f.opener.open(f.reader.environment, sharing("/c", 8)));
  CHECK_EQ(clash.status, static_cast<int32_t>(OpenOutcome::unique_clash));
  CHECK_EQ(clash.b, "the library /a");
  CHECK_EQ(clash.number, 8.0);
  CHECK_EQ(clash.other, 4u);
}

}  // namespace
