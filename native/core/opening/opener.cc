#include "core/opening/opener.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "core/instance/context.h"
#include "core/threads/guard.h"
#include "core/threads/thread.h"

namespace aisopod {
namespace {

constexpr int64_t kHeldNs = 2 * kMillisecond;
constexpr const char* kOpening = "a constructor or the entry function of its library";

std::string address_text(const aisopod_plugin_desc* address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%" PRIxPTR, reinterpret_cast<uintptr_t>(address));
  return text;
}

}  // namespace

Opener& Opener::of_process() {
  static auto* const opener = new Opener();
  return *opener;
}

void Opener::set_up(OpenerSetup setup) {
  auto made = std::make_shared<const OpenerSetup>(std::move(setup));
  const MutexLock lock(mutex_);
  if (setup_ == nullptr) setup_ = std::move(made);
}

bool Opener::is_set_up() const {
  const MutexLock lock(mutex_);
  return setup_ != nullptr;
}

std::vector<std::string> Opener::known_symbols() const {
  const MutexLock lock(mutex_);
  return setup_ == nullptr ? std::vector<std::string>() : setup_->known_symbols;
}

uint32_t Opener::open(const std::shared_ptr<Environment>& environment, WantedLibrary library) {
  return insert(std::make_shared<Opening>(next_id(), environment, std::move(library)));
}

uint32_t Opener::hold(const std::shared_ptr<Environment>& environment) {
  return insert(std::make_shared<Opening>(next_id(), environment));
}

uint32_t Opener::insert(std::shared_ptr<Opening> opening) {
  Message refusal;
  const uint32_t id = opening->id;
  {
    const MutexLock lock(mutex_);
    std::string why;
    if (stuck_ != nullptr) {
      refusal = opening->ended(OpenOutcome::stuck, stuck_->library->what);
    } else if (start_threads(why)) {
      queue_.push_back(std::move(opening));
      return id;
    } else {
      refusal = opening->ended(OpenOutcome::no_resources, std::move(why));
    }
  }
  opening->push(std::move(refusal));
  return id;
}

// Both end when nothing is wanted any more.
bool Opener::start_threads(std::string& why) {
  try {
    if (!watches_) {
      Thread("ais:limit", [this] { watch(); }).detach();
      watches_ = true;
    }
    if (!opens_) {
      Thread("ais:open", [this] { run(); }).detach();
      opens_ = true;
    }
    return true;
  } catch (const std::exception& e) {
    changed_.notify_all();  // the one that was started has nothing to do
    why = std::string("no thread can be started for it: ") + e.what();
    return false;
  }
}

// [opening]
void Opener::run() {
  const MutexLock lock(mutex_);
  while (!queue_.empty()) {
    running_ = std::move(queue_.front());
    queue_.pop_front();
    const auto opening = running_;
    try {
      opening->library ? serve(opening) : serve_embedder(opening);
    } catch (const std::bad_alloc&) {
      if (!opening->late.under(mutex_)) opening->owe();
    }
    deadline_ = kNever;
    if (opening->stretch) opening->stretch->end();
    if (opening == stuck_) stuck_ = nullptr;
    running_ = nullptr;
    if (queue_.empty() || now_ns() >= flush_at_) flush();
  }
  opens_ = false;
  changed_.notify_all();
}

// [opening] The embedder has its own reasons to be slow, so no limit is set.
void Opener::serve_embedder(const std::shared_ptr<Opening>& opening) {
  const MutexUnlock unlocked(mutex_);
  const MutexLock loader(loader_);
  opening->push(opening->ended(OpenOutcome::held));
  const MutexLock lock(mutex_);
  while (!opening->released.under(mutex_)) changed_.wait(mutex_);
}

// [opening]
void Opener::serve(const std::shared_ptr<Opening>& opening) {
  const WantedLibrary& library = *opening->library;
  Message end = opening->ended(OpenOutcome::opened);
  if (refuse(library, end)) {
    report(opening, std::move(end));
    return;
  }
  {
    const MutexUnlock unlocked(mutex_);
    look(*opening);
  }
  deadline_ = after_ms(library.limit_ms);
  if (deadline_ < wakes_at_) changed_.notify_all();
  void* entry = libraries_.entry_of(library.path);
  std::vector<const Sibling*> brought;
  bool open = false;
  {
    const std::shared_ptr<const OpenerSetup> setup = setup_;
    const MutexUnlock unlocked(mutex_);
    open = open_now(*opening, *setup, entry, brought, end);
    look_again();
  }
  deadline_ = kNever;
  if (open) remember(opening, entry, brought);
  if (opening->late.under(mutex_)) return;
  report_change(opening, seen_);
  if (opening->stretch) opening->stretch->end();
  report(opening, std::move(end));
}

// [opening] The look after one library serves for the next one too, unless code of a plugin has
// begun or ended to run meanwhile, which would not be among what ran between the two looks; or the
// next one was asked for later, and what the embedder did until then is no plugin's doing.
void Opener::look(Opening& opening) {
  constexpr uint64_t kOurs = 2;  // the end of the last one, and the beginning of this one
  quietly([&] {
    opening.stretch.emplace(opening.library->plugin_id, kOpening);
    const bool is_new =
        seen_ && seen_ns_ >= opening.wanted_at && Stretch::count() == seen_at_ + kOurs;
    if (is_new) {
      opening.before = seen_;
    } else {
      opening.before = process_state();
    }
  });
}

void Opener::look_again() {
  seen_.reset();
  seen_at_ = Stretch::count();
  seen_ns_ = now_ns();
  quietly([&] { seen_ = process_state(); });
}

// Is there something in this process with which the library can't be open?
bool Opener::refuse(const WantedLibrary& library, Message& end) const {
  Fields<MessageType::opened> opened(end);
  std::string by;
  if (const Sibling* const sibling = libraries_.clashing(library, by); sibling != nullptr) {
    opened.outcome() = static_cast<int32_t>(OpenOutcome::sibling_clash);
    opened.text() = sibling->name;
    opened.by() = by;
    return true;
  }
  UniqueClash clash;
  if (!symbols_.clashes(library.unique, library.apart, clash)) return false;
  opened.outcome() = static_cast<int32_t>(OpenOutcome::unique_clash);
  opened.text() = clash.symbol;
  opened.by() = clash.by;
  opened.size() = static_cast<double>(clash.size);
  opened.other_size() = clash.other_size;
  return true;
}

// [opening] Whether the library is open then; plugin code runs.
bool Opener::open_now(Opening& opening, const OpenerSetup& setup, void*& entry,
                      std::vector<const Sibling*>& brought, Message& end) {
  const MutexLock loader(loader_);
  Fields<MessageType::opened> fields(end);
  if (entry == nullptr) {
    brought.reserve(opening.library->siblings.size());  // it is too late for that once it is open
    void* const opened = open_for_good(setup.system, opening.library->path, fields.text());
    if (setup.opened != nullptr) setup.opened();
    if (opened == nullptr) {
      fields.outcome() = static_cast<int32_t>(OpenOutcome::refused);
      return false;
    }
    for (const Sibling& sibling : opening.library->siblings) {
      if (is_open(setup.system, sibling.path)) brought.push_back(&sibling);
    }
    entry = setup.system.find(opened, setup.entry.c_str());
  }
  if (entry == nullptr) {
    fields.outcome() = static_cast<int32_t>(OpenOutcome::no_entry);
  } else {
    call_entry(opening, setup, entry, end);
  }
  return true;
}

void Opener::call_entry(Opening& opening, const OpenerSetup& setup, void* entry, Message& end) {
  aisopod_query query = AISOPOD_INIT(aisopod_query);
  query.abi_major = AISOPOD_ABI_MAJOR;
  query.abi_minor = AISOPOD_ABI_MINOR_MAX;
  query.host_name = setup.host_name.c_str();
  query.host_version = setup.host_version.c_str();
  query.plugin_id = opening.library->plugin_id.c_str();
  query.plugin_dir = opening.library->plugin_dir.c_str();
  const aisopod_plugin_desc* descriptor = nullptr;
  Fields<MessageType::opened> fields(end);
  opening.in_entry.store(true);
  const bool returned = guarded_void(
      fields.text(), [&] { descriptor = reinterpret_cast<aisopod_entry_fn>(entry)(&query); });
  if (!returned) {
    fields.outcome() = static_cast<int32_t>(OpenOutcome::threw);
  } else if (descriptor != nullptr) {
    const MutexLock lock(mutex_);
    fields.text() = address_text(&*libraries_.keep(opening.library->path, *descriptor));
  }
}

void Opener::remember(const std::shared_ptr<Opening>& opening, void* entry,
                      const std::vector<const Sibling*>& brought) {
  const WantedLibrary& library = *opening->library;
  libraries_.remember(library, entry, brought);
  UniqueSymbols::Warn warn;
  if (!opening->late.under(mutex_)) {
    warn = [id = opening->id, environment = std::weak_ptr(opening->environment)](
               const std::string& what, const std::string& other,
               const std::vector<std::string>& names) {
      const auto alive = environment.lock();
      if (!alive) return;
      quietly([&] {
        Message message = message_of_opening(id, MessageType::shared);
        Fields<MessageType::shared> shared(message);
        shared.library() = what;
        shared.other_library() = other;
        for (const std::string& name : names) shared.symbols().append(name).push_back('\0');
        alive->outbox.push(std::move(message));
      });
    };
  }
  symbols_.remember(library.path, library.what, library.unique, opening->id, std::move(warn));
}

// [the thread of limits]
void Opener::watch() {
  const MutexLock lock(mutex_);
  while (opens_ || !queue_.empty()) {
    const int64_t now = now_ns();
    wakes_at_ = std::min(deadline_, flush_at_);
    if (now >= deadline_) {
      give_up();
    } else if (now >= flush_at_) {
      flush();
    } else if (wakes_at_ == kNever) {
      changed_.wait(mutex_);
    } else {
      changed_.wait_until(mutex_, time_point(wakes_at_));
    }
  }
  watches_ = false;
  wakes_at_ = kNever;
}

// [the thread of limits] What has been wanted meanwhile is not opened: that would wait for ever.
void Opener::give_up() {
  const auto opening = running_;
  opening->late.under(mutex_) = true;
  deadline_ = kNever;
  stuck_ = opening;
  std::optional<ProcessState> now;
  quietly([&] { now = process_state(); });
  report_change(opening, now);
  report_end(opening, opening->in_entry.load() ? OpenOutcome::slow_entry : OpenOutcome::slow);
  for (const auto& waiting : queue_) {
    report_end(waiting, OpenOutcome::stuck, opening->library->what);
  }
  queue_.clear();
  flush();
}

void Opener::release(uint32_t id) {
  const MutexLock lock(mutex_);
  if (running_ == nullptr || running_->id != id) return;
  running_->released.under(mutex_) = true;
  changed_.notify_all();
}

void Opener::remove(const Environment* environment) {
  const auto is_its = [&](const std::shared_ptr<Opening>& opening) {
    return opening->environment.get() == environment;
  };
  const MutexLock lock(mutex_);
  queue_.erase(std::remove_if(queue_.begin(), queue_.end(), is_its), queue_.end());
  if (running_ == nullptr || !is_its(running_)) return;
  running_->released.under(mutex_) = true;
  changed_.notify_all();
}

void Opener::forget(uint32_t id) {
  const MutexLock lock(mutex_);
  symbols_.forget(id);
}

std::string Opener::stuck() const {
  const MutexLock lock(mutex_);
  return stuck_ == nullptr ? std::string() : stuck_->library->what;
}

std::string Opener::what_of(const std::string& path) const {
  const MutexLock lock(mutex_);
  return libraries_.what_of(path);
}

void Opener::report_change(const std::shared_ptr<Opening>& opening,
                           const std::optional<ProcessState>& after) {
  if (!opening->before || !after || *after == *opening->before) return;
  try {
    Message message = message_of_opening(opening->id, MessageType::process);
    Fields<MessageType::process> change(message);
    change.ran() = join_ran(kOpening, opening->stretch->others());
    change.before() = opening->before->text();
    change.after() = after->text();
    report(opening, std::move(message));
  } catch (const std::bad_alloc&) {  // people alone read it
  }
}

void Opener::report_end(const std::shared_ptr<Opening>& opening, OpenOutcome outcome,
                        const std::string& a) noexcept {
  try {
    report(opening, opening->ended(outcome, a));
  } catch (const std::bad_alloc&) {
    opening->owe();
  }
}

// Messages are handed over together: to wake a thread for each library takes as long as to open
// one.
void Opener::report(const std::shared_ptr<Opening>& opening, Message&& message) {
  reports_.emplace_back(opening, std::move(message));
  if (flush_at_ != kNever) return;
  flush_at_ = now_ns() + kHeldNs;
  if (flush_at_ < wakes_at_) changed_.notify_all();
}

// Hands over without the lock, since each may wake its environment.
void Opener::flush() {
  flush_at_ = kNever;
  if (reports_.empty()) return;
  auto reports = std::move(reports_);
  reports_.clear();
  const MutexUnlock unlocked(mutex_);
  for (auto& [opening, message] : reports) opening->push(std::move(message));
  reports.clear();  // it may hold an environment that nothing else does
}

}  // namespace aisopod
