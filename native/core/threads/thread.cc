#include "core/threads/thread.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>
#if !defined(_WIN32)
#  include <csignal>
#endif

#include "core/json/utf8.h"
#include "core/threads/ledger.h"

namespace aisopod {
namespace {

struct Start {
  std::string name;
  std::function<void()> body;
};

void run(Start& start) {
  start.body();
  start.body = nullptr;  // what it holds is released before the thread counts as ended
  count_thread(-1);
}

#if !defined(_WIN32)

void name_this_thread(const std::string& name) {
#  if defined(__APPLE__)
  pthread_setname_np(name.c_str());
#  elif defined(__linux__)
  pthread_setname_np(pthread_self(), name.c_str());
#  else
  (void)name;
#  endif
}

void* run_posix(void* given) {
  const std::unique_ptr<Start> start(static_cast<Start*>(given));
  name_this_thread(start->name);
  run(*start);
  return nullptr;
}

// All but those that a fault of the thread itself raises, which a crash handler has to see.
sigset_t blocked_signals() {
  sigset_t set;
  sigfillset(&set);
  for (const int fault : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS}) {
    sigdelset(&set, fault);
  }
  return set;
}

// A new thread inherits the mask of the one that starts it, so that no signal can come in between.
int start_posix(pthread_t& thread, Start* start) {
  pthread_attr_t attributes;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const sigset_t blocked = blocked_signals();
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  error = pthread_create(&thread, &attributes, run_posix, start);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  return error;
}

#endif

}  // namespace

std::string thread_name(const std::string& plugin_id, const char* role) {
  const std::string end = std::string(":") + role;
  const std::string begin = "ais:";
  const size_t room = kThreadNameBytes - begin.size() - std::min(end.size(), kThreadNameBytes / 2);
  const size_t kept = utf8_prefix(plugin_id.data(), std::min(plugin_id.size(), room));
  return begin + plugin_id.substr(0, kept) + end;
}

Thread::Thread(const std::string& name, std::function<void()> body) {
  auto start = std::make_unique<Start>(Start{name, std::move(body)});
  count_thread(+1);
#if defined(_WIN32)
  try {
    thread_ = std::thread([start = std::shared_ptr<Start>(std::move(start))] { run(*start); });
  } catch (...) {
    count_thread(-1);
    throw;
  }
#else
  if (const int error = start_posix(thread_, start.get()); error != 0) {
    count_thread(-1);
    throw std::system_error(error, std::generic_category(), "pthread_create");
  }
  start.release();
#endif
  started_ = true;
}

Thread::~Thread() {
  if (started_) std::terminate();
}

Thread& Thread::operator=(Thread&& other) noexcept {
  if (started_) std::terminate();
  started_ = std::exchange(other.started_, false);
#if defined(_WIN32)
  thread_ = std::move(other.thread_);
#else
  thread_ = other.thread_;
#endif
  return *this;
}

void Thread::join() {
  started_ = false;
#if defined(_WIN32)
  thread_.join();
#else
  pthread_join(thread_, nullptr);
#endif
}

void Thread::detach() {
  started_ = false;
#if defined(_WIN32)
  thread_.detach();
#else
  pthread_detach(thread_);
#endif
}

bool Thread::is_current() const {
#if defined(_WIN32)
  return started_ && thread_.get_id() == std::this_thread::get_id();
#else
  return started_ && pthread_equal(thread_, pthread_self()) != 0;
#endif
}

}  // namespace aisopod
