// What happened, in order, on any thread.
#pragma once

#include <mutex>
#include <string>

namespace test {

class Story {
 public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    text_ += text_.empty() ? what : ", " + what;
  }

  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

}  // namespace test
