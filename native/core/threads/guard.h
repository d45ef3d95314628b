// Calls into plugin code: an exception that reaches us is answered as AISOPOD_E_FAIL.
#pragma once

#include <exception>
#include <new>
#include <string>
#if defined(__GLIBCXX__)
#  include <cxxabi.h>
#endif

#include "aisopod/plugin.h"

namespace aisopod {

// Runs f(). What is written for people only may be lost when there is no memory for it.
template <class F>
void quietly(F&& f) {
  try {
    f();
  } catch (const std::bad_alloc&) {
  }
}

// Runs call() -> aisopod_status. If it throws, `what` says so and AISOPOD_E_FAIL is the result.
template <class F>
aisopod_status guarded(std::string& what, F&& call) {
  try {
    return call();
  }
#if defined(__GLIBCXX__)
  catch (const abi::__forced_unwind&) {  // pthread_exit and cancellation: glibc aborts if swallowed
    throw;
  }
#endif
  catch (const std::exception& e) {
    quietly([&] { what = std::string("threw a C++ exception: ") + e.what(); });
  } catch (...) {
    quietly([&] { what = "threw a C++ exception"; });
  }
  return AISOPOD_E_FAIL;
}

// The same for functions without a result; true if it returned.
template <class F>
bool guarded_void(std::string& what, F&& call) {
  return guarded(what, [&] {
           call();
           return AISOPOD_OK;
         }) == AISOPOD_OK;
}

}  // namespace aisopod
