// Process-wide counts of what the core has alive: threads and instances.
#pragma once

#include <thread>

namespace aisopod {

// [any thread] Threads that the core started and that have not been joined or detached-and-ended.
int live_threads();
// [any thread] Instances that were made and not destroyed.
int live_instances();

void count_instance(int delta);

// Starts a thread that the ledger counts until its body has returned.
template <class Body>
std::thread counted_thread(Body body);

void count_thread(int delta);

template <class Body>
std::thread counted_thread(Body body) {
  count_thread(+1);
  try {
    return std::thread([body = std::move(body)]() mutable {
      body();
      count_thread(-1);
    });
  } catch (...) {  // no thread to be had; the caller decides what that means
    count_thread(-1);
    throw;
  }
}

}  // namespace aisopod
