// One instance of a plugin: its threads, its moments, its calls and what it requests of the host.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/calls/calls.h"
#include "core/environment/owed.h"
#include "core/events/publisher.h"
#include "core/events/subscriptions.h"
#include "core/host/descriptor.h"
#include "core/instance/context.h"
#include "core/instance/origins.h"
#include "core/instance/registrations.h"
#include "core/instance/served_kind.h"
#include "core/log/log.h"
#include "core/posts/posts.h"
#include "core/process/process_state.h"
#include "core/requests/requests.h"
#include "core/state/saved_state.h"
#include "core/state/state_writer.h"
#include "core/threads/mutex.h"

namespace aisopod {

class HostSlot;
struct Parent;
struct ProcessState;
class ProcessWatch;

struct InstanceOptions {
  std::string host_name, host_version;
  std::string plugin_id, plugin_dir, data_dir;
  std::string config = "{}";  // JSON
  std::vector<ServedKind> kinds;
  Limits limits;
};

// The moments of an instance, each begun by the embedder and run on the control thread.
enum class Moment : uint64_t {
  create = 1,
  on_register = 2,
  on_init = 3,
  dispose = 4,
  configure = 5,
  save_state = 6,
  restore_state = 7,
  pause = 8
};

// Why an instance is shut down: AISOPOD_SHUTDOWN_*.
enum class Reason : int32_t {
  close = AISOPOD_SHUTDOWN_CLOSE,
  unload = AISOPOD_SHUTDOWN_UNLOAD,
  reload = AISOPOD_SHUTDOWN_RELOAD,
  undo = AISOPOD_SHUTDOWN_UNDO
};

class Instance : public std::enable_shared_from_this<Instance>, public Owed {
 public:
  // [host's thread] `desc` has been checked; it is copied. Nothing of the plugin is called yet.
  // nullptr: the plugin says SINGLE, and an instance of its id is alive in this process, which
  // `holder` describes for people. Throws std::bad_alloc, and then nothing was made or claimed.
  static std::shared_ptr<Instance> make(const std::shared_ptr<Environment>& environment,
                                        const aisopod_plugin_desc* desc, InstanceOptions options,
                                        std::string* holder = nullptr);
  ~Instance() override;

  uint32_t id() const { return context.id; }
  // [any thread] Whether this is the table that the plugin was given.
  bool owns(const aisopod_host* host) const { return host == host_; }

  // [host's thread] Starts a moment; its end is a message `moment`, after limit_ms at the latest
  // (status DEADLINE). A moment that returns after its limit is undone on the control thread:
  // on_shutdown after a late on_init, then every release and destroy. After a late save_state the
  // instance goes on, and what it wrote is dropped. `reason`: of dispose, which needs neither a
  // thread nor memory that is not there: without a control thread nothing of the plugin has run,
  // and the instance ends on the spot. The others end with NOMEM then, and may be tried again.
  // Throws std::bad_alloc before anything has begun; dispose does so only the second time.
  void begin(Moment moment, int64_t limit_ms, Reason reason = Reason::close);
  // [host's thread] create, and on_register right after it, each with its limit: the end of both is
  // the one message `moment` of on_register. When there is something to report about create (it
  // failed, or was late, or changed what belongs to the process), its own message comes instead; if
  // that says OK, on_register is still to be begun. `umask` is what it was just before, which is
  // shared by those that begin together, since reading it takes long.
  void begin_both(int64_t create_ms, int64_t register_ms, unsigned umask = umask_now());
  // [host's thread] The moment on_init, for a plugin that has no such function: it is over at once,
  // and no message comes. False: nothing has happened, and it has to be begun like any other.
  bool pass_init();

  // [any thread] Whether the plugin has save_state() and restore_state().
  bool keeps_state() const {
    return desc_->save_state != nullptr && desc_->restore_state != nullptr;
  }
  // [host's thread] What the moment save_state wrote, after its end was reported with OK.
  SavedState take_saved() AISOPOD_EXCLUDES(saved_mutex_);
  // [host's thread] Starts the moment restore_state with a state, which is held until it is over.
  void begin_restore(SavedState state, int64_t limit_ms);

  // [host's thread] Lets the events that have come be handled, the tasks that are due run, and the
  // handlers return that run, also those whose calls have ended for their callers. When that is
  // done no event function and no task begins before resume(); what comes meanwhile waits.
  // An earlier pause that is not complete ends with CANCELLED.
  // Its end is a message `moment` (Moment::pause), after limit_ms at the latest (DEADLINE). Without
  // OK, resume() must follow. Throws std::bad_alloc before anything has begun.
  void pause(int64_t limit_ms);
  // [host's thread] What waits begins, in order.
  void resume();

  // [host's thread] Proposes a configuration to an instance that serves. Its end is a message
  // `moment` (Moment::configure), after limit_ms at the latest; if that said DEADLINE, a message
  // `configured` reports the end when it comes. The old one is in force until on_config_changed()
  // has answered OK.
  void configure(std::string json, int64_t limit_ms);

  // [host's thread] After `disposed`.
  void join_threads() { context.control.join(); }
  // [host's thread] Shuts down without a report: the embedder is gone.
  void abandon();
  // [host's thread] The process is ending: it must stay, even when nothing else holds it.
  void keep_alive() noexcept { kept_ = shared_from_this(); }
  // [host's thread] That it is destroyed, where the message had no memory.
  bool take_next(Message& message) noexcept override;

  // [any thread] The configuration in force: JSON.
  std::string config() const AISOPOD_EXCLUDES(config_mutex_);
  // [any thread] Cancels a request or a post: aisopod_host.cancel.
  aisopod_status cancel(uint64_t token);
  // [any thread] What a parent token passes on. GONE, CANCELLED, DEADLINE, STATE: it is over;
  // INVALID: the token is no parent. `why` says more.
  aisopod_status find_parent(uint64_t token, Parent& out, std::string& why);
  // [any thread] The meta of a call, event or task; left as it is when that is over.
  void find_meta(uint64_t token, std::string& out);
  // [any thread] Is this the control thread, running code of this instance?
  bool is_control_thread() const;
  // [any thread] Whether a [waits] function may wait: not once the shutdown has begun, except on
  // the control thread, where on_shutdown() may want to store something.
  bool may_wait_now() const { return !context.closing.load() || is_control_thread(); }

  Context context;
  Origins origins;
  Registrations registrations;
  Calls calls;
  Subscriptions subscriptions;
  Publisher publisher;
  Requests requests;
  Posts posts;
  Log log;
  StateWriter writer;

 private:
  class Watch;
  class MomentJob;
  class Proposal;
  class PauseEnd;
  // What follows upon create, in one request: on_register's limit, and what the umask is before.
  struct Following {
    int64_t limit_ms;
    unsigned umask;
  };

  Instance(const std::shared_ptr<Environment>& environment, std::shared_ptr<const Descriptor> desc,
           HostSlot* slot, InstanceOptions options);
  void begin(Moment moment, int64_t limit_ms, Reason reason, const Following* following,
             SavedState state = {});
  void start(const std::shared_ptr<Watch>& watch, std::unique_ptr<MomentJob> job);
  void end_without_thread(Reason reason);
  void report_disposed() noexcept;
  void run_job(const std::shared_ptr<Watch>& watch, const Following* following);
  bool carry_out(const std::shared_ptr<Watch>& watch, ProcessWatch& process, bool quiet);
  aisopod_status run(const Watch& watch, std::string& message);
  aisopod_status call_moment(const Watch& watch, aisopod_error& err);
  bool report_changes(Moment moment, ProcessWatch& process, bool without_umask) const;
  aisopod_status create(aisopod_error& err);
  aisopod_status on_register(aisopod_error& err);
  aisopod_status on_init(aisopod_error& err);
  aisopod_status save_state(aisopod_error& err) AISOPOD_EXCLUDES(saved_mutex_);
  void drop_saved() AISOPOD_EXCLUDES(saved_mutex_);
  aisopod_status restore_state(const SavedState& from, aisopod_error& err);
  void end_pause(aisopod_status status, const char* text) AISOPOD_EXCLUDES(pause_mutex_);
  void begin_shutdown();
  void tear_down(Reason reason, int64_t deadline);
  void call_on_shutdown(Reason reason, int64_t deadline);
  void start_serving();
  aisopod_status propose(std::string json, std::string& message) AISOPOD_EXCLUDES(config_mutex_);

  const std::shared_ptr<const Descriptor> descriptor_;
  const Descriptor& desc_;
  mutable Mutex config_mutex_;
  std::string config_ AISOPOD_GUARDED_BY(config_mutex_);  // JSON
  Mutex saved_mutex_;
  std::shared_ptr<const StateBytes> saved_ AISOPOD_GUARDED_BY(saved_mutex_);
  Mutex pause_mutex_;
  std::weak_ptr<Watch> pause_ AISOPOD_GUARDED_BY(pause_mutex_);  // not reported yet
  HostSlot* const slot_;                                         // never freed
  const aisopod_host* const host_;

  std::atomic<bool> initialised_{false};
  std::atomic<bool> owes_disposed_{false};
  std::shared_ptr<Instance> kept_;

  // [host's thread] For the first dispose, which must not fail for want of memory.
  std::shared_ptr<Watch> last_watch_;
  std::unique_ptr<MomentJob> last_job_;

  // [control] only
  aisopod_plugin* self_ = nullptr;
  bool torn_down_ = false;
};

}  // namespace aisopod
