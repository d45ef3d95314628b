// save_state(): what it writes reaches the host, and whatever it does, the instance goes on.
#include <stdexcept>

#include "core/host/plugin_error.h"
#include "support/event.h"
#include "support/state.h"

namespace {

using namespace test;

// Runs f on a thread of its own, and returns what it answers.
aisopod_status elsewhere(const std::function<aisopod_status()>& f) {
  aisopod_status status = AISOPOD_OK;
  std::thread([&] { status = f(); }).join();
  return status;
}

CASE("what it writes is saved in order, with format, version and build of the plugin") {
  Plugin plugin;
  plugin.desc.state_format = 3;
  plugin.desc.version = "4.5.6";
  plugin.desc.build = "gcc";
  plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    CHECK_EQ(writer->struct_size, sizeof(aisopod_writer));
    CHECK_EQ(write_text(writer, "one "), AISOPOD_OK);
    CHECK_EQ(writer->write(writer, nullptr, 0), AISOPOD_OK);
    return write_text(writer, std::string("t\0o", 3));
  };
  Embedder embedder;
  Running running(embedder, plugin);
  CHECK(running->keeps_state());
  CHECK_EQ(run_moment(embedder, *running, Moment::save_state).status, AISOPOD_OK);
  const aisopod::SavedState saved = running->take_saved();
  CHECK_EQ(text_of(saved), std::string("one t\0o", 7));
  CHECK_EQ(saved.format, 3u);
  CHECK_EQ(saved.version, "4.5.6");
  CHECK_EQ(saved.build, "gcc");
  CHECK_EQ(text_of(running->take_saved()), "none");  // taken once
}

CASE("a plugin that writes nothing has an empty state") {
  Saving it;
  CHECK_EQ(it.saved(), "");
}

CASE("it runs on the control thread, and the instance serves before, meanwhile and afterwards") {
  Saving it;
  int runs = 0;
  it.plugin.save_state = [&](const aisopod_writer* writer, aisopod_error*) {
    CHECK(it.running->is_control_thread());
    CHECK_EQ(aisopod_publish(it.plugin.host, 0, "t", "1", 1), AISOPOD_OK);
    return write_text(writer, std::to_string(++runs));
  };
  CHECK_EQ(it.saved(), "1");
  CHECK_EQ(it.saved(), "2");
  CHECK_EQ(it.plugin.story.text(), "create, on_register, on_init, save_state, save_state");
}

CASE("an error carries the message of the plugin, and nothing is saved") {
  Saving it;
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error* err) {
    write_text(writer, "half");
    return aisopod::fill(err, AISOPOD_E_BUSY, "the journal is busy");
  };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_BUSY);
  CHECK_EQ(end.a, "the journal is busy");
  CHECK_EQ(text_of(it.running->take_saved()), "none");
  it.plugin.save_state = nullptr;
  CHECK_EQ(it.saved(), "");
}

CASE("an error without a message is named by its status") {
  Saving it;
  it.plugin.save_state = [](const aisopod_writer*, aisopod_error*) { return AISOPOD_E_BUSY; };
  CHECK_EQ(it.save().a, "save_state() returned AISOPOD_E_BUSY");
}

CASE("a reserved status is a failure") {
  Saving it;
  it.plugin.save_state = [](const aisopod_writer*, aisopod_error*) { return AISOPOD_PENDING; };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "save_state() returned AISOPOD_PENDING, which only a handler may");
}

CASE("an exception is a failure, and closes the writer") {
  Saving it;
  const aisopod_writer* kept = nullptr;
  it.plugin.save_state = [&](const aisopod_writer* writer, aisopod_error*) -> aisopod_status {
    kept = writer;
    throw std::runtime_error("no idea");
  };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_FAIL);
  CHECK_EQ(end.a, "save_state() threw a C++ exception: no idea");
  CHECK_EQ(write_text(kept, "late"), AISOPOD_E_STATE);
  it.plugin.save_state = nullptr;
  CHECK_EQ(it.saved(), "");
}

CASE("64 MiB are saved, and one byte more is refused and leaves what is written") {
  Saving it;
  const std::string half(32u << 20, 'x');
  aisopod_status more = AISOPOD_OK;
  it.plugin.save_state = [&](const aisopod_writer* writer, aisopod_error*) {
    CHECK_EQ(write_text(writer, half), AISOPOD_OK);
    CHECK_EQ(write_text(writer, half), AISOPOD_OK);
    if (more != AISOPOD_OK) CHECK_EQ(write_text(writer, "y"), more);
    return more;
  };
  CHECK_EQ(it.saved(), half + half);
  more = AISOPOD_E_TOO_LARGE;
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_TOO_LARGE);
  CHECK_EQ(end.a, "save_state() wrote more than 67108864 bytes");
}

CASE("the size of one write can't overflow the sum") {
  Limits limits = patient_limits();
  limits.state_bytes = 10;
  Saving it(limits);
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    CHECK_EQ(write_text(writer, "abcd"), AISOPOD_OK);
    CHECK_EQ(writer->write(writer, "x", SIZE_MAX), AISOPOD_E_TOO_LARGE);
    CHECK_EQ(write_text(writer, "abcdefg"), AISOPOD_E_TOO_LARGE);
    return AISOPOD_E_TOO_LARGE;
  };
  CHECK_EQ(it.save().a, "save_state() wrote more than 10 bytes");
}

CASE("AISOPOD_OK after a write that failed is a failure") {
  Limits limits = patient_limits();
  limits.state_bytes = 4;
  Saving it(limits);
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    write_text(writer, "too much");
    return write_text(writer, "rest");
  };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_TOO_LARGE);
  CHECK_EQ(end.a, "save_state() wrote more than 4 bytes");
  CHECK_EQ(text_of(it.running->take_saved()), "none");
}

CASE("the plugin's own message about a write that failed goes before the host's") {
  Limits limits = patient_limits();
  limits.state_bytes = 4;
  Saving it(limits);
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error* err) {
    return aisopod::fill(err, write_text(writer, "too much"), "the cache is too large");
  };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_TOO_LARGE);
  CHECK_EQ(end.a, "the cache is too large");
}

CASE("NULL with a length is INVALID, and so is a writer that is NULL") {
  Saving it;
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    CHECK_EQ(writer->write(nullptr, "x", 1), AISOPOD_E_INVALID);
    const aisopod_writer blank = AISOPOD_INIT(aisopod_writer);
    CHECK_EQ(writer->write(&blank, "x", 1), AISOPOD_E_INVALID);
    CHECK_EQ(writer->write(writer, nullptr, 1), AISOPOD_E_INVALID);
    return AISOPOD_OK;
  };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_INVALID);
  CHECK_EQ(end.a, "the data of write() is NULL");
}

CASE("a write on another thread is refused, and the state fails with it") {
  Saving it;
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    CHECK_EQ(elsewhere([&] { return write_text(writer, "x"); }), AISOPOD_E_THREAD);
    return AISOPOD_OK;
  };
  const Received end = it.save();
  CHECK_EQ(end.status, AISOPOD_E_THREAD);
  CHECK_EQ(end.a, "write() is legal on the thread of save_state() only");
}

CASE("a writer that was kept answers STATE, from any thread, also when the instance is gone") {
  Saving it;
  const aisopod_writer* kept = nullptr;
  aisopod_writer copy = {};
  it.plugin.save_state = [&](const aisopod_writer* writer, aisopod_error*) {
    kept = writer;
    copy = *writer;
    return AISOPOD_OK;
  };
  CHECK_EQ(it.saved(), "");
  it.plugin.on_shutdown = [&] { CHECK_EQ(write_text(kept, "x"), AISOPOD_E_STATE); };
  for (int round = 0; round < 2; ++round) {
    CHECK_EQ(write_text(kept, "x"), AISOPOD_E_STATE);
    CHECK_EQ(copy.write(&copy, "x", 1), AISOPOD_E_STATE);
    CHECK_EQ(elsewhere([&] { return write_text(kept, "x"); }), AISOPOD_E_STATE);
    it.running.dispose();
  }
}

CASE("a thread that goes on writing meets the end of save_state() without harm") {
  Saving it;
  std::thread writer_thread;
  std::atomic<bool> done{false};
  Event writes;
  it.plugin.save_state = [&](const aisopod_writer* writer, aisopod_error*) {
    writer_thread = std::thread([&, writer] {
      while (!done.load()) {
        const aisopod_status status = write_text(writer, "x");
        CHECK(status == AISOPOD_E_THREAD || status == AISOPOD_E_STATE);
        if (status == AISOPOD_E_THREAD) writes.set();
      }
    });
    writes.wait();
    return write_text(writer, "mine");
  };
  CHECK_EQ(it.save().status, AISOPOD_E_THREAD);
  done = true;
  writer_thread.join();
  it.plugin.save_state = nullptr;
  CHECK_EQ(it.saved(), "");
}

CASE("a late one is reported at once, what it writes is dropped, and the instance goes on") {
  Saving it;
  Event may_return;
  it.plugin.save_state = [&](const aisopod_writer* writer, aisopod_error*) {
    may_return.wait();
    return write_text(writer, "late");
  };
  const Received late = it.save(1);
  CHECK_EQ(late.status, AISOPOD_E_DEADLINE);
  CHECK_EQ(late.other, 1u);
  CHECK_EQ(late.a, "save_state() has not returned after 1 ms");
  may_return.set();
  it.plugin.on_config_changed = [](const std::string&, aisopod_error*) { return AISOPOD_OK; };
  it.running->configure("{}", kNoHurry);  // behind it on the control thread
  it.embedder.take(MessageType::moment, static_cast<uint64_t>(Moment::configure));
  CHECK_EQ(it.embedder.count(MessageType::moment), 0u);  // it was reported once
  CHECK_EQ(text_of(it.running->take_saved()), "none");
  it.plugin.save_state = [](const aisopod_writer* writer, aisopod_error*) {
    return write_text(writer, "in time");
  };
  CHECK_EQ(it.saved(), "in time");
}

CASE("one that is late before it has begun is not run") {
  Saving it;
  Event may_return;
  it.plugin.save_state = [&](const aisopod_writer*, aisopod_error*) {
    may_return.wait();
    return AISOPOD_OK;
  };
  CHECK_EQ(it.save(1).status, AISOPOD_E_DEADLINE);
  CHECK_EQ(it.save(1).status, AISOPOD_E_DEADLINE);
  may_return.set();
  it.running.dispose();
  CHECK_EQ(it.plugin.story.text(),
           "create, on_register, on_init, save_state, on_shutdown, destroy");
}

CASE("it is out of turn before on_init() and once the shutdown has begun") {
  Plugin plugin;
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  const auto refused = [&](const char* why) {
    const Received end = run_moment(embedder, *instance, Moment::save_state);
    CHECK_EQ(end.status, AISOPOD_E_STATE);
    CHECK_EQ(end.a, why);
  };
  refused("save_state() is out of turn");
  CHECK_EQ(run_moment(embedder, *instance, Moment::create).status, AISOPOD_OK);
  refused("save_state() is out of turn");
  const std::shared_ptr<Instance> kept = instance;
  dispose(embedder, instance);
  instance = kept;
  refused("the instance is being shut down");
  CHECK_EQ(plugin.story.text(), "create, destroy");
}

CASE("a plugin without the two functions keeps no state") {
  Plugin plugin;
  plugin.desc.save_state = nullptr;
  plugin.desc.restore_state = nullptr;
  Embedder embedder;
  Running running(embedder, plugin);
  CHECK(!running->keeps_state());
  CHECK_EQ(run_moment(embedder, *running, Moment::save_state).status, AISOPOD_E_UNSUPPORTED);
}

}  // namespace
