// A test harness in one header: cases named by a sentence, checks that may be made on any thread.
//
//   CASE("a call is answered in its handler") { CHECK_EQ(answer.a, "4"); }
//
// The executable runs its cases in order, or those whose name contains its first argument, prints
// each with its verdict and ends with 1 if a check failed.
#pragma once

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace test {

struct Case {
  const char* name;
  void (*run)();
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

inline std::atomic<int>& failures() {
  static std::atomic<int> count{0};
  return count;
}

struct Register {
  Register(const char* name, void (*run)()) { cases().push_back({name, run}); }
};

// Ends a case whose rest makes no sense any more.
struct Stop {};

inline bool check(bool good, const char* file, int line, const std::string& what) {
  if (good) return true;
  failures().fetch_add(1);
  std::fprintf(stderr, "    %s:%d: %s\n", file, line, what.c_str());
  return false;
}

// For what can't be recovered from: a wait that nothing ended. Other threads still run, so no
// destructor may.
[[noreturn]] inline void give_up(const std::string& what) {
  std::fprintf(stderr, "    gave up: %s\n", what.c_str());
  std::fflush(nullptr);
  std::abort();
}

template <class T>
std::string shown(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

template <class A, class B>
bool check_equal(const A& a, const B& b, const char* file, int line, const char* text) {
  if (a == b) return true;
  return check(false, file, line, std::string(text) + ": " + shown(a) + " is not " + shown(b));
}

inline int run_cases(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  for (const Case& one : cases()) {
    if (std::string(one.name).find(only) == std::string::npos) continue;
    const int before = failures().load();
    std::printf("  %s\n", one.name);
    std::fflush(stdout);
    try {
      one.run();
    } catch (const Stop&) {
    }
    if (failures().load() != before) std::printf("  FAILED: %s\n", one.name);
  }
  std::printf("%d failed\n", failures().load());
  return failures().load() == 0 ? 0 : 1;
}

}  // namespace test

#define TEST_JOIN_(a, b) a##b
#define TEST_JOIN(a, b)  TEST_JOIN_(a, b)
#define CASE(name)                                                                                 \
  static void TEST_JOIN(case_, __LINE__)();                                                        \
  static const ::test::Register TEST_JOIN(register_, __LINE__)(name, &TEST_JOIN(case_, __LINE__)); \
  static void TEST_JOIN(case_, __LINE__)()
#define CHECK(condition) ::test::check((condition) ? true : false, __FILE__, __LINE__, #condition)
#define CHECK_EQ(a, b)   ::test::check_equal((a), (b), __FILE__, __LINE__, #a)
#define REQUIRE(condition)                       \
  do {                                           \
    if (!CHECK(condition)) throw ::test::Stop(); \
  } while (false)
