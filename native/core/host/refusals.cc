#include "core/host/refusals.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/environment/environment.h"
#include "core/threads/guard.h"
#include "core/threads/mutex.h"

namespace aisopod {
namespace {

constexpr int kLines = 10;       // in a window
constexpr size_t kReasons = 64;  // beyond that, a function's reasons are counted together

bool is_refusal(aisopod_status status) {
  switch (status) {
    case AISOPOD_E_INVALID:
    case AISOPOD_E_UNSUPPORTED:
    case AISOPOD_E_DENIED:
    case AISOPOD_E_THREAD:
    case AISOPOD_E_TOO_LARGE: return true;
    default: return false;
  }
}

// Places and sizes differ from one time to the next, and the reason is the same.
std::string without_numbers(std::string text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  text.erase(std::remove_if(text.begin(), text.end(), is_digit), text.end());
  return text;
}

void log(const std::weak_ptr<Environment>& environment, uint32_t instance, std::string text) {
  const std::shared_ptr<Environment> alive = environment.lock();
  if (alive == nullptr) return;
  Message m;
  m.instance = instance;
  Fields<MessageType::notice> notice(m);
  notice.level() = AISOPOD_LOG_WARN;
  notice.text() = std::move(text);
  alive->outbox.push(std::move(m));
}

}  // namespace

// One window of one function and reason.
class Refusals::Window : public Timed {
 public:
  Window(uint32_t instance, std::weak_ptr<Environment> environment, int64_t window_ms,
         std::string function)
      : instance_(instance),
        environment_(std::move(environment)),
        length_(window_ms * kMillisecond),
        function_(std::move(function)) {}

  // Whether this one gets a line; if not, it is counted. `first`: the count began with it.
  bool has_line(int64_t now, bool& first) {
    const MutexLock lock(mutex_);
    if (lines_ == 0 || now - begun_ >= length_) {
      begun_ = now;
      lines_ = 0;
    }
    if (lines_ < kLines) {
      ++lines_;
      return true;
    }
    first = counted_++ == 0;
    return false;
  }

  int64_t ends() {
    const MutexLock lock(mutex_);
    return begun_ + length_;
  }

  // [timer's thread] The window is over.
  void fire() override {
    size_t counted = 0;
    {
      const MutexLock lock(mutex_);
      counted = std::exchange(counted_, 0);
    }
    quietly([&] {
      log(environment_, instance_,
          function_ + "() was refused " + std::to_string(counted) +
              (counted == 1 ? " more time" : " more times") +
              " within a minute, for the same reason");
    });
  }

 private:
  const uint32_t instance_;
  const std::weak_ptr<Environment> environment_;
  const int64_t length_;
  const std::string function_;
  Mutex mutex_;
  int64_t begun_ AISOPOD_GUARDED_BY(mutex_) = 0;
  int lines_ AISOPOD_GUARDED_BY(mutex_) = 0;
  size_t counted_ AISOPOD_GUARDED_BY(mutex_) = 0;
};

aisopod_status Refusals::refuse(const char* function, aisopod_status status,
                                const std::string& why) {
  if (is_refusal(status)) quietly([&] { write(function, why); });
  return status;
}

void Refusals::write(const char* function, const std::string& why) {
  std::shared_ptr<Window> window;
  {
    const MutexLock lock(mutex_);
    std::string key = std::string(function) + ": " + without_numbers(why);
    if (windows_.size() >= kReasons && windows_.count(key) == 0) key = function;
    std::shared_ptr<Window>& place = windows_[key];
    if (place == nullptr) {
      place = std::make_shared<Window>(instance_, environment_, window_ms_, function);
    }
    window = place;
  }
  bool first = false;
  if (window->has_line(now_ns(), first)) {
    log(environment_, instance_, std::string(function) + "(): " + why);
  } else if (first) {
    try {
      if (const auto environment = environment_.lock()) {
        environment->timer.arm(window, window->ends());
      }
    } catch (const std::system_error&) {  // without a thread for the timer the count is not logged
    }
  }
}

}  // namespace aisopod
