// A thread of the core: its name, its signals, its stack.
#include "core/threads/thread.h"

#include <pthread.h>

#include <csignal>

#include "core/threads/ledger.h"
#include "support/harness.h"

namespace {

using aisopod::Thread;
using aisopod::thread_name;

CASE("a name holds the role, and as much of the id as fits") {
  CHECK_EQ(thread_name("a", "ctl"), "ais:a:ctl");
  CHECK_EQ(thread_name("calculator", "wrk"), "ais:calcula:wrk");
  CHECK_EQ(thread_name("", "rep"), "ais::rep");
  CHECK(thread_name("a-very-long-plugin-id", "par").size() <= aisopod::kThreadNameBytes);
}

#if defined(__linux__)
CASE("tools see the name") {
  char seen[32] = "";
  Thread thread("ais:test:ctl", [&] { pthread_getname_np(pthread_self(), seen, sizeof seen); });
  thread.join();
  CHECK_EQ(std::string(seen), "ais:test:ctl");
}

CASE("the stack has 8 MiB") {
  size_t bytes = 0;
  Thread thread("test", [&] {
    pthread_attr_t attributes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstacksize(&attributes, &bytes);
    pthread_attr_destroy(&attributes);
  });
  thread.join();
  CHECK_EQ(bytes, aisopod::kStackBytes);
}
#endif

CASE("signals are blocked, but not those of faults") {
  sigset_t mask;
  Thread thread("test", [&] { pthread_sigmask(SIG_BLOCK, nullptr, &mask); });
  thread.join();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGUSR1, SIGALRM, SIGPIPE}) {
    CHECK(sigismember(&mask, signal) == 1);
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT}) {
    CHECK(sigismember(&mask, signal) == 0);
  }
}

CASE("the thread that starts one keeps its own signals") {
  sigset_t before, after;
  pthread_sigmask(SIG_BLOCK, nullptr, &before);
  Thread thread("test", [] {});
  pthread_sigmask(SIG_BLOCK, nullptr, &after);
  thread.join();
  CHECK(sigismember(&before, SIGTERM) == sigismember(&after, SIGTERM));
  CHECK(sigismember(&after, SIGTERM) == 0);
}

CASE("the ledger counts it until its body has returned") {
  const int before = aisopod::live_threads();
  int within = 0;
  Thread thread("test", [&] { within = aisopod::live_threads(); });
  thread.join();
  CHECK_EQ(within, before + 1);
  CHECK_EQ(aisopod::live_threads(), before);
}

CASE("a thread knows itself") {
  Thread thread;
  bool is = false;
  thread = Thread("test", [&] { is = true; });
  CHECK(!thread.is_current());
  thread.join();
  CHECK(is && !thread.joinable());
}

}  // namespace
