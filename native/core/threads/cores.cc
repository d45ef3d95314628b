#include "core/threads/cores.h"

#include <thread>
#if defined(__linux__)
#  include <sched.h>
#endif

namespace aisopod {
namespace {

bool ask() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set) == 1;
#endif
  return std::thread::hardware_concurrency() == 1;
}

}  // namespace

bool has_one_core() {
  static const bool one = ask();
  return one;
}

}  // namespace aisopod
