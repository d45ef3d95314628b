// operator new of the addon and of nothing else in the process (exports.map), which fails to order.
// Only the thread that gave the order is concerned: that of a JavaScript environment.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace {

thread_local int64_t wanted = 0;  // 0: nothing fails
thread_local bool each = false;
thread_local int64_t count = 0;
std::atomic<int64_t> failures{0};  // of all threads, since one that ends can't say it any more

void* take(std::size_t size) {
  if (wanted > 0 && ++count % wanted == 0 && (each || count == wanted)) {
    ++failures;
    throw std::bad_alloc();
  }
  void* const taken = std::malloc(size == 0 ? 1 : size);
  if (taken == nullptr) throw std::bad_alloc();
  return taken;
}

}  // namespace

// From now on the nth allocation of this thread fails, or with `again` each nth. 0: none does.
extern "C" void fail_allocation(int64_t nth, bool again) {
  wanted = nth;
  each = again;
  count = 0;
}

// How many have failed so far, in all threads.
extern "C" int64_t count_failures() { return failures.load(); }

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void operator delete(void* taken) noexcept { std::free(taken); }
void operator delete[](void* taken) noexcept { std::free(taken); }
void operator delete(void* taken, std::size_t) noexcept { std::free(taken); }
void operator delete[](void* taken, std::size_t) noexcept { std::free(taken); }
