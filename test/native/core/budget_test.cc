// How much of something may wait: by number, and by bytes.
#include <limits>
#include <thread>
#include <vector>

#include "core/environment/budget.h"
#include "support/harness.h"

namespace {

using aisopod::Budget;

CASE("a budget has room for so many items") {
  Budget budget;
  CHECK(budget.take(1, 2, 100));
  CHECK(budget.take(1, 2, 100));
  CHECK(!budget.take(1, 2, 100));
  budget.release(1);
  CHECK(budget.take(1, 2, 100));
}

CASE("a budget has room for so many bytes") {
  Budget budget;
  CHECK(budget.take(60, 10, 100));
  CHECK(!budget.take(41, 10, 100));
  CHECK(budget.take(40, 10, 100));
  CHECK(!budget.take(1, 10, 100));
  budget.release(60);
  CHECK(budget.take(60, 10, 100));
}

CASE("one item larger than the budget has room while there is no other") {
  Budget budget;
  CHECK(budget.take(1000, 10, 100));
  CHECK(!budget.take(1, 10, 100));
  budget.release(1000);
  CHECK(budget.take(1, 10, 100));
  CHECK(!budget.take(1000, 10, 100));
  budget.release(1);
  CHECK(budget.take(std::numeric_limits<size_t>::max(), 10, 100));
}

CASE("a budget of no items takes none") {
  Budget budget;
  CHECK(!budget.take(0, 0, 100));
  CHECK_EQ(budget.count(), 0u);
}

CASE("what is refused takes nothing") {
  Budget budget;
  CHECK(budget.take(100, 1, 100));
  for (int i = 0; i < 10; ++i) CHECK(!budget.take(1, 1, 100));
  CHECK_EQ(budget.count(), 1u);
  CHECK_EQ(budget.bytes(), 100u);
}

CASE("threads that take and release never hold more than the budget") {
  Budget budget;
  std::atomic<int> held{0}, most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        if (!budget.take(10, 3, 30)) continue;
        const int now = held.fetch_add(1) + 1;
        int before = most.load();
        while (now > before && !most.compare_exchange_weak(before, now)) {
        }
        held.fetch_sub(1);
        budget.release(10);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most.load() >= 1 && most.load() <= 3);
  CHECK_EQ(budget.count(), 0u);
  CHECK_EQ(budget.bytes(), 0u);
}

}  // namespace
