// The memory of calls, which is used again.
#include <set>
#include <thread>
#include <vector>

#include "core/calls/call_blocks.h"
#include "support/harness.h"

namespace {

using aisopod::CallAllocator;
using aisopod::CallBlocks;

CASE("a block that was given back is taken again") {
  using Blocks = CallBlocks<64>;
  void* const first = Blocks::take();
  Blocks::give(first);
  void* const second = Blocks::take();
  CHECK(second == first);
  Blocks::give(second);
}

CASE("a thread takes the blocks that another one has given back") {
  using Blocks = CallBlocks<72>;
  std::set<void*> blocks;
  for (int i = 0; i < 10; ++i) blocks.insert(Blocks::take());
  CHECK_EQ(blocks.size(), 10u);
  std::thread([&] {
    for (void* const each : blocks) Blocks::give(each);
  }).join();
  std::set<void*> again;
  for (int i = 0; i < 10; ++i) again.insert(Blocks::take());
  CHECK(again == blocks);
  for (void* const each : again) Blocks::give(each);
}

CASE("no two threads take the same block") {
  using Blocks = CallBlocks<80>;
  std::atomic<bool> spoiled{false};
  std::vector<std::thread> threads;
  for (int t = 1; t <= 4; ++t) {
    threads.emplace_back([t, &spoiled] {
      std::vector<int*> held;
      for (int i = 0; i < 20000; ++i) {
        held.push_back(new (Blocks::take()) int(t));
        if (held.size() < 8) continue;
        for (int* const each : held) {
          if (*each != t) spoiled = true;
          Blocks::give(each);
        }
        held.clear();
      }
      for (int* const each : held) Blocks::give(each);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(!spoiled);
}

CASE("no more than so many blocks are kept") {
  using Blocks = CallBlocks<88>;
  std::vector<void*> blocks;
  for (size_t i = 0; i < Blocks::kMost + 10; ++i) blocks.push_back(Blocks::take());
  CHECK_EQ(Blocks::kept(), 0u);
  for (void* const each : blocks) Blocks::give(each);
  CHECK_EQ(Blocks::kept(), Blocks::kMost);
}

CASE("a shared object made with the allocator is whole") {
  const auto text = std::allocate_shared<std::string>(CallAllocator<std::string>(), 100, 'x');
  CHECK_EQ(*text, std::string(100, 'x'));
}

}  // namespace
