// Shortages made to order: of memory (operator new) and of threads (pthread_create). Only what runs
// while a Shortage lives and is not exempt is counted and fails; the tests themselves are exempt.
#pragma once

#include <cstdint>

namespace test {

// Fails the nth of what it counts, or with `again` each nth.
struct Shortage {
  enum class Of { memory, threads };
  Shortage(Of what, int64_t nth, bool again);
  ~Shortage();
  Shortage(const Shortage&) = delete;
  Shortage& operator=(const Shortage&) = delete;

  // How many have failed so far.
  static int64_t failures();
};

// Nothing fails on this thread while it lives.
struct Exempt {
  Exempt();
  ~Exempt();
  Exempt(const Exempt&) = delete;
  Exempt& operator=(const Exempt&) = delete;
};

// In an exempt function: things may fail again on this thread while it lives.
struct NotExempt {
  NotExempt();
  ~NotExempt();
  NotExempt(const NotExempt&) = delete;
  NotExempt& operator=(const NotExempt&) = delete;

 private:
  const int before_;
};

}  // namespace test
