// Libraries that are opened while an allocation fails, or a thread can't be started. Whatever
// fails: nothing crashes, each opening ends once, and the next one is carried out.
#include <memory>
#include <new>
#include <set>
#include <string>

#include "aisopod/plugin.h"
#include "core/opening/opener.h"
#include "support/harness.h"
#include "support/reader.h"
#include "support/shortage.h"

namespace {

using namespace test;
using aisopod::Message;
using aisopod::MessageType;
using aisopod::Opener;
using aisopod::OpenOutcome;
using aisopod::WantedLibrary;

const aisopod_plugin_desc kDescriptor = AISOPOD_INIT(aisopod_plugin_desc);

const aisopod_plugin_desc* entry(const aisopod_query*) { return &kDescriptor; }

void* open_library(const char* path, int) { return const_cast<char*>(path); }

void* find(void*, const char*) { return reinterpret_cast<void*>(&entry); }

char* words() {
  static char text[] = "no such file";
  return text;
}

WantedLibrary library(int n) {
  const std::string number = std::to_string(n);
  WantedLibrary wanted;
  wanted.path = "/a/path/that/is/longer/than/a/string/keeps/" + number;
  wanted.what = "the library that is longer than a string keeps " + number;
  wanted.plugin_id = "plugin-" + number;
  wanted.limit_ms = 60'000;
  wanted.siblings.push_back({"libhelper.so", "a hash that is longer than a string keeps", "/a"});
  wanted.unique.push_back({"a symbol that is longer than a string keeps", 4, true});
  return wanted;
}

// A process in which libraries are opened. Kept, since its threads may still be on their way out.
Opener& make_opener() {
  static auto* const all = new std::vector<std::unique_ptr<Opener>>();
  Opener& opener = *all->emplace_back(std::make_unique<Opener>());
  aisopod::OpenerSetup setup;
  setup.system.open = open_library;
  setup.system.find = find;
  setup.system.words = words;
  setup.entry = "entry";
  opener.set_up(std::move(setup));
  return opener;
}

// Opens three libraries and holds the loader once. Returns how many things have failed.
int64_t live(Shortage::Of what, int64_t nth, bool again) {
  Opener& opener = make_opener();
  Reader reader;
  std::set<uint32_t> wanted;
  const auto want = [&](auto&& f) {
    try {
      wanted.insert(f());
    } catch (const std::bad_alloc&) {  // then nothing is wanted
    }
  };
  WantedLibrary libraries[3] = {library(1), library(2), library(3)};
  int64_t failures = 0;
  uint32_t held = 0;
  {
    const Exempt exempt;
    const Shortage shortage(what, nth, again);
    for (WantedLibrary& each : libraries) {
      want([&] {
        const NotExempt not_exempt;
        return opener.open(reader.environment, std::move(each));
      });
    }
    want([&] {
      const NotExempt not_exempt;
      return held = opener.hold(reader.environment);
    });
    while (!wanted.empty()) {
      const Message message = reader.next();
      if (message.type != MessageType::opened) continue;
      CHECK_EQ(wanted.erase(message.instance), 1u);
      const auto outcome = static_cast<OpenOutcome>(message.status);
      const auto well = message.instance == held ? OpenOutcome::held : OpenOutcome::opened;
      CHECK(outcome == well || outcome == OpenOutcome::no_resources);
      if (outcome == OpenOutcome::no_resources) CHECK(!message.a.empty());
      opener.release(message.instance);
    }
    failures = Shortage::failures();
  }
  Message last = reader.next_opened(opener.open(reader.environment, library(4)));
  CHECK_EQ(last.status, static_cast<int32_t>(OpenOutcome::opened));
  CHECK_EQ(opener.stuck(), "");
  return failures;
}

CASE("each allocation may fail once while libraries are opened") {
  int64_t nth = 1;
  while (live(Shortage::Of::memory, nth, false) > 0) ++nth;
  CHECK(nth > 20);
}

CASE("each nth allocation may fail while libraries are opened") {
  for (const int64_t nth : {1, 2, 3, 5, 7, 11}) live(Shortage::Of::memory, nth, true);
}

CASE("each thread that opens libraries may fail to start") {
  for (const int64_t nth : {1, 2, 3}) live(Shortage::Of::threads, nth, false);
  live(Shortage::Of::threads, 1, true);
}

}  // namespace
