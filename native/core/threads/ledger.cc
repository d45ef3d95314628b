#include "core/threads/ledger.h"

#include <atomic>

namespace aisopod {
namespace {
std::atomic<int> threads{0};
std::atomic<int> instances{0};
}  // namespace

int live_threads() { return threads.load(); }
int live_instances() { return instances.load(); }
void count_thread(int delta) { threads.fetch_add(delta); }
void count_instance(int delta) { instances.fetch_add(delta); }

}  // namespace aisopod
