#include "process_exit.h"

#include <cstdio>
#include <cstdlib>

#if defined(_WIN32)
#  include <process.h>
#else
#  include <unistd.h>
#endif

namespace aisopod_addon {
namespace {

[[maybe_unused]] int exit_status = 0;

// A plugin's thread may hold a stream's lock for ever, so a stream that is locked is left alone.
void flush(FILE* stream) {
#if defined(_WIN32)
  std::fflush(stream);
#else
  if (ftrylockfile(stream) != 0) return;
  std::fflush(stream);
  funlockfile(stream);
#endif
}

#if defined(__GLIBC__)
void handler(int status, void*) { exit_now(status); }
bool install() { return on_exit(handler, nullptr) == 0; }
#else
void handler() { exit_now(exit_status); }
bool install() { return std::atexit(handler) == 0; }
#endif

}  // namespace

void exit_now(int status) {
  flush(stdout);
  flush(stderr);
  _exit(status);
}

// Armed again each time: handlers run newest first, and libraries may have been opened since.
bool arm_exit(int status) {
  exit_status = status;
  return install();
}

void arm_exit_after_worker() {
#if defined(__GLIBC__)
  install();
#endif
}

}  // namespace aisopod_addon
