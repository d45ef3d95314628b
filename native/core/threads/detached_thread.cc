#include "core/threads/detached_thread.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <memory>
#include <system_error>

#if defined(_WIN32)
#  include <process.h>
#  include <windows.h>
#else
#  include <pthread.h>
#endif

namespace aisopod {
namespace {

constexpr size_t kStackBytes = size_t{8} * 1024 * 1024;

struct Start {
  const char* name;
  std::function<void()> body;
};

#if defined(_WIN32)
unsigned __stdcall run(void* data) {
  const std::unique_ptr<Start> start(static_cast<Start*>(data));
  start->body();
  return 0;
}
#else
void* run(void* data) {
  const std::unique_ptr<Start> start(static_cast<Start*>(data));
#  if defined(__APPLE__)
  pthread_setname_np(start->name);
#  elif defined(__linux__)
  pthread_setname_np(pthread_self(), start->name);
#  endif
  start->body();
  return nullptr;
}

// New threads inherit the mask of the one that starts them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT}) {
      sigdelset(&all, fault);
    }
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};
#endif

[[noreturn]] void fail(int error) {
  throw std::system_error(error, std::generic_category(), "no thread can be started");
}

}  // namespace

void start_detached(const char* name, std::function<void()> body) {
  auto start = std::make_unique<Start>(Start{name, std::move(body)});
#if defined(_WIN32)
  const uintptr_t thread = _beginthreadex(nullptr, static_cast<unsigned>(kStackBytes), run,
                                          start.get(), STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == 0) fail(errno);
  CloseHandle(reinterpret_cast<HANDLE>(thread));
#else
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes); error != 0) fail(error);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  int error = 0;
  {
    const SignalsBlocked blocked;
    error = pthread_create(&thread, &attributes, run, start.get());
  }
  pthread_attr_destroy(&attributes);
  if (error != 0) fail(error);
#endif
  start.release();
}

}  // namespace aisopod
