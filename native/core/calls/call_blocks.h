// The memory of calls, used again. A call is made by one thread and mostly released by another one,
// which costs malloc() a lock and the cache: with this, calls that are in flight all the time take
// their memory from those that have ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace aisopod {

// Blocks of one size, in a list that any thread may add to. Nothing of it belongs to a thread: to
// end with one takes the lock of the system's loader, which a library that is being opened may
// hold.
template <size_t kSize>
class CallBlocks {
 public:
  // [any thread] Throws std::bad_alloc.
  static void* take() {
    Block* block = nullptr;
    // Where one thread alone takes, the first block stays the first until it is taken.
    if (!taking_.test_and_set(std::memory_order_acquire)) {
      block = first_.load(std::memory_order_acquire);
      while (block != nullptr &&
             !first_.compare_exchange_weak(block, block->next, std::memory_order_acquire)) {
      }
      taking_.clear(std::memory_order_release);
    }
    if (block == nullptr) return ::operator new(kSize);
    kept_.fetch_sub(1, std::memory_order_relaxed);
    return block;
  }

  // [any thread] After a flood, what is more than usual is not kept.
  static void give(void* block) noexcept {
    if (kept_.fetch_add(1, std::memory_order_relaxed) >= kMost) {
      kept_.fetch_sub(1, std::memory_order_relaxed);
      ::operator delete(block);
      return;
    }
    Block* const given = new (block) Block{first_.load(std::memory_order_relaxed)};
    while (!first_.compare_exchange_weak(given->next, given, std::memory_order_release,
                                         std::memory_order_relaxed)) {
    }
  }

  // [any thread] How many are kept.
  static size_t kept() { return kept_.load(std::memory_order_relaxed); }

  static constexpr size_t kMost = 256;

 private:
  struct Block {
    Block* next;
  };
  static_assert(kSize >= sizeof(Block));

  static inline std::atomic<Block*> first_{nullptr};
  static inline std::atomic<size_t> kept_{0};
  static inline std::atomic_flag taking_ = ATOMIC_FLAG_INIT;
};

// For std::allocate_shared: a call and its count are one block.
template <class T>
class CallAllocator {
 public:
  using value_type = T;
  CallAllocator() = default;
  template <class U>
  CallAllocator(const CallAllocator<U>&) {}
  T* allocate(size_t n) {
    return static_cast<T*>(n == 1 && kReuse ? CallBlocks<sizeof(T)>::take()
                                            : ::operator new(n * sizeof(T)));
  }
  void deallocate(T* block, size_t n) noexcept {
    if (n == 1 && kReuse) CallBlocks<sizeof(T)>::give(block);
    else ::operator delete(block);
  }
  template <class U>
  bool operator==(const CallAllocator<U>&) const {
    return true;
  }
  template <class U>
  bool operator!=(const CallAllocator<U>&) const {
    return false;
  }

 private:
#if defined(AISOPOD_SANITIZED)  // it must see what is used after its end
  static constexpr bool kReuse = false;
#else
  static constexpr bool kReuse = true;
#endif
};

}  // namespace aisopod
