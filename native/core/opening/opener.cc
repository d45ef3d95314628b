#include "core/opening/opener.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <system_error>
#include <utility>

#include "core/instance/context.h"
#include "core/threads/detached_thread.h"
#include "core/threads/guard.h"

namespace aisopod {
namespace {

constexpr int64_t kHeldNs = 2 * kMillisecond;
constexpr const char* kOpening = "a constructor or the entry function of its library";

std::string address_text(const void* address) {
  if (address == nullptr) return {};
  char text[24];
  std::snprintf(text, sizeof text, "0x%" PRIxPTR, reinterpret_cast<uintptr_t>(address));
  return text;
}

Message message_for(uint32_t id, MessageType type) {
  Message message;
  message.type = type;
  message.instance = id;
  return message;
}

Message ended(uint32_t id, OpenOutcome outcome, std::string a = {}) {
  Message message = message_for(id, MessageType::opened);
  message.status = static_cast<int32_t>(outcome);
  message.a = std::move(a);
  return message;
}

Message changed(uint32_t id, const Stretch& stretch, const ProcessState& before,
                const ProcessState& after) {
  Message message = message_for(id, MessageType::process);
  message.a = join_ran(kOpening, stretch.others());
  message.b = before.text();
  message.c = after.text();
  return message;
}

}  // namespace

Opener& Opener::of_process() {
  static auto* const opener = new Opener();
  return *opener;
}

void Opener::set_up(OpenerSetup setup) {
  const std::lock_guard lock(mutex_);
  if (!std::exchange(is_set_up_, true)) setup_ = std::move(setup);
}

bool Opener::is_set_up() const {
  const std::lock_guard lock(mutex_);
  return is_set_up_;
}

std::vector<std::string> Opener::known_symbols() const {
  const std::lock_guard lock(mutex_);
  return setup_.known_symbols;
}

uint32_t Opener::open(const std::shared_ptr<Environment>& environment, WantedLibrary library) {
  Request request;
  request.environment = environment;
  request.library = std::move(library);
  return add(std::move(request));
}

uint32_t Opener::take_turn(const std::shared_ptr<Environment>& environment) {
  Request request;
  request.environment = environment;
  request.is_turn = true;
  return add(std::move(request));
}

uint32_t Opener::add(Request request) {
  const uint32_t id = next_id();
  request.id = id;
  const std::shared_ptr<Environment> environment = request.environment;
  Message refusal;
  {
    const std::lock_guard lock(mutex_);
    std::string why;
    if (!stuck_.empty()) {
      refusal = ended(id, OpenOutcome::stuck, stuck_);
    } else if (start_threads(why)) {
      queue_.push_back(std::move(request));
      return id;
    } else {
      refusal = ended(id, OpenOutcome::no_thread, std::move(why));
    }
  }
  environment->outbox.push(std::move(refusal));
  return id;
}

// Both end when nothing is wanted any more.
bool Opener::start_threads(std::string& why) {
  try {
    if (!watches_) {
      start_detached("aisopod-limit", [this] { watch(); });
      watches_ = true;
    }
    if (!opens_) {
      start_detached("aisopod-open", [this] { run(); });
      opens_ = true;
    }
    return true;
  } catch (const std::system_error& e) {
    why = e.what();
    changed_.notify_all();  // the one that was started has nothing to do
    return false;
  }
}

// [opening]
void Opener::run() {
  Lock lock(mutex_);
  while (!queue_.empty()) {
    running_ = std::make_shared<Running>();
    running_->request = std::move(queue_.front());
    queue_.pop_front();
    if (running_->request.is_turn) {
      serve_turn(lock);
    } else {
      serve(lock);
    }
    running_ = nullptr;
    if (queue_.empty() || now_ns() >= flush_at_) flush(lock);
  }
  opens_ = false;
  changed_.notify_all();
}

// [opening] The embedder has its own reasons to be slow, so no limit is set.
void Opener::serve_turn(Lock& lock) {
  const auto running = running_;
  const Request& request = running->request;
  lock.unlock();
  const std::lock_guard loader(loader_);
  request.environment->outbox.push(ended(request.id, OpenOutcome::turn));
  lock.lock();
  changed_.wait(lock, [&] { return running->turn_over; });
}

// [opening]
void Opener::serve(Lock& lock) {
  const auto running = running_;
  const Request& request = running->request;
  const WantedLibrary& library = request.library;
  Message end = ended(request.id, OpenOutcome::opened);
  if (refuse(library, end)) {
    hold(request.environment, std::move(end));
    return;
  }
  lock.unlock();
  look(*running);
  lock.lock();
  deadline_ = after_ms(library.limit_ms);
  if (deadline_ < wakes_at_) changed_.notify_all();
  void* entry = libraries_.entry_of(library.path);
  lock.unlock();
  const bool open = open_now(*running, entry, end);
  seen_at_ = Stretch::count();
  seen_ = process_state();
  lock.lock();
  deadline_ = kNever;
  if (open) remember(*running, entry);
  if (running->late) {
    stuck_.clear();
    return;
  }
  if (!(seen_ == running->before)) {
    hold(request.environment, changed(request.id, *running->stretch, running->before, seen_));
  }
  running->stretch->end();
  hold(request.environment, std::move(end));
}

// [opening] The look after one library serves for the next one too, unless code of a plugin has
// begun or ended to run meanwhile: that would not be among what ran between the two looks.
void Opener::look(Running& running) {
  constexpr uint64_t kOurs = 2;  // the end of the last one, and the beginning of this one
  running.stretch = std::make_unique<Stretch>(running.request.library.plugin_id, kOpening);
  const bool is_new = seen_at_ != 0 && Stretch::count() == seen_at_ + kOurs;
  running.before = is_new ? seen_ : process_state();
}

// Is there something in this process with which the library can't be open?
bool Opener::refuse(const WantedLibrary& library, Message& end) const {
  std::string by;
  if (const Sibling* const sibling = libraries_.clashing(library, by); sibling != nullptr) {
    end.status = static_cast<int32_t>(OpenOutcome::sibling_clash);
    end.a = sibling->name;
    end.b = by;
    return true;
  }
  UniqueClash clash;
  if (!symbols_.clashes(library.unique, clash)) return false;
  end.status = static_cast<int32_t>(OpenOutcome::unique_clash);
  end.a = clash.symbol;
  end.b = clash.by;
  end.number = static_cast<double>(clash.size);
  end.other = clash.other_size;
  return true;
}

// [opening] Whether the library is open then; plugin code runs.
bool Opener::open_now(Running& running, void*& entry, Message& end) {
  const WantedLibrary& library = running.request.library;
  const std::lock_guard loader(loader_);
  if (entry == nullptr) {
    void* const opened = open_for_good(setup_.system, library.path, end.a);
    if (opened == nullptr) {
      end.status = static_cast<int32_t>(OpenOutcome::refused);
      return false;
    }
    entry = setup_.system.find(opened, setup_.entry.c_str());
  }
  if (entry == nullptr) {
    end.status = static_cast<int32_t>(OpenOutcome::no_entry);
  } else {
    call_entry(running, entry, end);
  }
  return true;
}

void Opener::call_entry(Running& running, void* entry, Message& end) {
  const WantedLibrary& library = running.request.library;
  aisopod_query query = AISOPOD_INIT(aisopod_query);
  query.abi_major = AISOPOD_ABI_MAJOR;
  query.abi_minor = AISOPOD_ABI_MINOR_MAX;
  query.host_name = setup_.host_name.c_str();
  query.host_version = setup_.host_version.c_str();
  query.plugin_id = library.plugin_id.c_str();
  query.plugin_dir = library.plugin_dir.c_str();
  const void* descriptor = nullptr;
  running.in_entry.store(true);
  const bool returned = guarded_void(end.a, [&] {
    descriptor = reinterpret_cast<aisopod_entry_fn>(entry)(&query);
  });
  if (returned) {
    end.a = address_text(descriptor);
  } else {
    end.status = static_cast<int32_t>(OpenOutcome::threw);
  }
}

void Opener::remember(const Running& running, void* entry) {
  const Request& request = running.request;
  const WantedLibrary& library = request.library;
  libraries_.remember(library, entry);
  UniqueSymbols::Warn warn;
  if (!running.late) {
    warn = [id = request.id, environment = std::weak_ptr(request.environment)](
               const std::string& what, const std::string& other,
               const std::vector<std::string>& names) {
      const auto alive = environment.lock();
      if (!alive) return;
      Message message = message_for(id, MessageType::shared);
      message.a = what;
      message.b = other;
      for (const std::string& name : names) message.c.append(name).push_back('\0');
      alive->outbox.push(std::move(message));
    };
  }
  symbols_.remember(library.path, library.what, library.unique, request.id, std::move(warn));
}

// [the thread of limits]
void Opener::watch() {
  Lock lock(mutex_);
  while (opens_ || !queue_.empty()) {
    const int64_t now = now_ns();
    wakes_at_ = std::min(deadline_, flush_at_);
    if (now >= deadline_) {
      give_up(lock);
    } else if (now >= flush_at_) {
      flush(lock);
    } else if (wakes_at_ == kNever) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, time_point(wakes_at_));
    }
  }
  watches_ = false;
  wakes_at_ = kNever;
}

// [the thread of limits] What has been wanted meanwhile is not opened: that would wait for ever.
void Opener::give_up(Lock& lock) {
  const auto running = running_;
  const auto& [id, environment, library, is_turn] = running->request;
  running->late = true;
  deadline_ = kNever;
  stuck_ = library.what;
  const ProcessState now = process_state();
  if (!(now == running->before)) {
    hold(environment, changed(id, *running->stretch, running->before, now));
  }
  const bool in_entry = running->in_entry.load();
  hold(environment, ended(id, in_entry ? OpenOutcome::slow_entry : OpenOutcome::slow));
  for (const Request& each : queue_) {
    hold(each.environment, ended(each.id, OpenOutcome::stuck, stuck_));
  }
  queue_.clear();
  flush(lock);
}

void Opener::end_turn(uint32_t id) {
  const std::lock_guard lock(mutex_);
  if (!running_ || running_->request.id != id) return;
  running_->turn_over = true;
  changed_.notify_all();
}

void Opener::leave(const Environment* environment) {
  const auto is_its = [&](const Request& request) {
    return request.environment.get() == environment;
  };
  const std::lock_guard lock(mutex_);
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(), is_its), queue_.end());
  if (!running_ || !is_its(running_->request)) return;
  running_->turn_over = true;
  changed_.notify_all();
}

void Opener::forget(uint32_t id) {
  const std::lock_guard lock(mutex_);
  symbols_.forget(id);
}

std::string Opener::stuck() const {
  const std::lock_guard lock(mutex_);
  return stuck_;
}

std::string Opener::what_of(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return libraries_.what_of(path);
}

// Messages are handed over together: to wake a thread for each library takes as long as to open one.
void Opener::hold(const std::shared_ptr<Environment>& environment, Message&& message) {
  held_.emplace_back(environment, std::move(message));
  if (flush_at_ != kNever) return;
  flush_at_ = now_ns() + kHeldNs;
  if (flush_at_ < wakes_at_) changed_.notify_all();
}

// Without the lock, since each may wake its environment.
void Opener::flush(Lock& lock) {
  flush_at_ = kNever;
  if (held_.empty()) return;
  auto messages = std::move(held_);
  held_.clear();
  lock.unlock();
  for (auto& [environment, message] : messages) environment->outbox.push(std::move(message));
  messages.clear();  // it may hold an environment that nothing else does
  lock.lock();
}

}  // namespace aisopod
