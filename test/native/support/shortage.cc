// operator new and pthread_create() below stand before those of the C++ and the C library.
#include "support/shortage.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

namespace test {
namespace {

struct Supply {
  std::atomic<int64_t> nth{0};  // 0: there is no shortage
  std::atomic<bool> again{false};
  std::atomic<int64_t> count{0};

  bool fails();
};

Supply memory, threads;
std::atomic<int64_t> failed{0};
thread_local int exempt = 0;

bool Supply::fails() {
  const int64_t which = nth.load();
  if (which == 0 || exempt != 0) return false;
  const int64_t now = ++count;
  if (again ? now % which != 0 : now != which) return false;
  ++failed;
  return true;
}

Supply& supply_of(Shortage::Of what) { return what == Shortage::Of::memory ? memory : threads; }

void* take(std::size_t size) {
  if (memory.fails()) throw std::bad_alloc();
  void* const taken = std::malloc(size == 0 ? 1 : size);
  if (taken == nullptr) throw std::bad_alloc();
  return taken;
}

}  // namespace

Shortage::Shortage(Of what, int64_t nth, bool again) {
  failed = 0;
  Supply& supply = supply_of(what);
  supply.count = 0;
  supply.again = again;
  supply.nth = nth;
}

Shortage::~Shortage() {
  memory.nth = 0;
  threads.nth = 0;
}

int64_t Shortage::failures() { return failed.load(); }

Exempt::Exempt() { ++exempt; }
Exempt::~Exempt() { --exempt; }
NotExempt::NotExempt() : before_(exempt) { exempt = 0; }
NotExempt::~NotExempt() { exempt = before_; }

}  // namespace test

void* operator new(std::size_t size) { return test::take(size); }
void* operator new[](std::size_t size) { return test::take(size); }
void operator delete(void* taken) noexcept { std::free(taken); }
void operator delete[](void* taken) noexcept { std::free(taken); }
void operator delete(void* taken, std::size_t) noexcept { std::free(taken); }
void operator delete[](void* taken, std::size_t) noexcept { std::free(taken); }

extern "C" __attribute__((visibility("default"))) int pthread_create(
    pthread_t* thread, const pthread_attr_t* attributes, void* (*body)(void*), void* argument) {
  using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  if (test::threads.fails()) return EAGAIN;
  static const auto real = reinterpret_cast<Create>(dlsym(RTLD_NEXT, "pthread_create"));
  return real(thread, attributes, body, argument);
}
