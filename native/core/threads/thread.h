// A thread of the core: with a name that tools show, an ordinary stack, and no signals. std::thread
// has neither the first nor the second, and its stack is what the shell says, 128 KiB on musl.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#if !defined(_WIN32)
#  include <pthread.h>
#endif

namespace aisopod {

constexpr size_t kStackBytes = 8u << 20;
constexpr size_t kThreadNameBytes = 15;  // what Linux keeps of one

// "ais:<id>:<role>", of which the id is cut so that the role fits.
std::string thread_name(const std::string& plugin_id, const char* role);

class Thread {
 public:
  Thread() = default;
  // Starts it. It blocks every signal but those that it raises itself by a fault, so the handlers
  // of the embedder run on the embedder's threads. The ledger counts it until `body` has returned.
  // Throws std::system_error when no thread can be started.
  Thread(const std::string& name, std::function<void()> body);
  ~Thread();  // joined or detached before
  Thread(Thread&& other) noexcept { *this = std::move(other); }
  Thread& operator=(Thread&& other) noexcept;

  bool joinable() const { return started_; }
  void join();
  void detach();
  // Is this the calling thread?
  bool is_current() const;

 private:
#if defined(_WIN32)
  std::thread thread_;
#else
  pthread_t thread_{};
#endif
  bool started_ = false;
};

}  // namespace aisopod
