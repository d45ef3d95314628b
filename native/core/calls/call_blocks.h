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

// Blocks of one size. A thread that takes one takes from its own first, and then all that any
// thread has given back since.
template <size_t kSize>
class CallBlocks {
 public:
  // [any thread] Throws std::bad_alloc.
  static void* take() {
    if (own_.first == nullptr) own_.add(given_.exchange(nullptr, std::memory_order_acquire));
    if (own_.first == nullptr) return ::operator new(kSize);
    return std::exchange(own_.first, own_.first->next);
  }

  // [any thread]
  static void give(void* block) noexcept {
    Block* const given = new (block) Block{given_.load(std::memory_order_relaxed)};
    while (!given_.compare_exchange_weak(given->next, given, std::memory_order_release,
                                         std::memory_order_relaxed)) {
    }
  }

 private:
  struct Block {
    Block* next;
  };
  static_assert(kSize >= sizeof(Block));

  // Those of one thread.
  struct Own {
    ~Own() {
      while (first != nullptr) ::operator delete(std::exchange(first, first->next));
    }
    // After a flood, what is more than usual is not kept.
    void add(Block* all) noexcept {
      for (size_t n = 0; all != nullptr; ++n) {
        Block* const each = std::exchange(all, all->next);
        if (n >= kKept) {
          ::operator delete(each);
          continue;
        }
        each->next = std::exchange(first, each);
      }
    }
    Block* first = nullptr;
  };

  static constexpr size_t kKept = 256;
  static inline thread_local Own own_;
  static inline std::atomic<Block*> given_{nullptr};
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
