// request() and request_wait(): what the host is asked, and how it answers.
#include <thread>
#include <vector>

#include "support/asking.h"

namespace {

using namespace test;

CASE("the host hears method, params, parent, flags and limit of a request") {
  Answers answers;
  Asking a;
  const uint64_t parent = a.call();
  uint64_t token = 0;
  CHECK_EQ(a.request(ask_for("model.chat", &answers, parent, 5000, AISOPOD_ASK_STREAM), &token),
           AISOPOD_OK);
  const Heard heard = a.embedder.take(MessageType::ask);
  CHECK(token != 0 && heard.token == token);
  CHECK_EQ(heard.other, parent);
  CHECK_EQ(heard.status, static_cast<int32_t>(AISOPOD_ASK_STREAM));
  CHECK(heard.number > 0 && heard.number <= 5000);
  CHECK_EQ(heard.a, "model.chat");
  CHECK_EQ(heard.b, "{\"q\":1}");
}

CASE("a request that is made for a call tells on whose behalf, as the handler was told") {
  for (const uint32_t flags : {uint32_t{0}, uint32_t{AISOPOD_F_INLINE}}) {
    for (const char* given : {"", "{\"user\":\"me\"}"}) {
      Answers answers;
      Plugin plugin;
      std::string told;
      plugin.tool("tool", flags, [&](const aisopod_request* req) {
        told.assign(req->meta, req->meta_len);
        const aisopod_ask ask = ask_for("m", &answers, req->call);
        CHECK_EQ(plugin.host->request(plugin.host, &ask, nullptr), AISOPOD_OK);
        return plugin.host->call_reply(plugin.host, req->call, "1", 1);
      });
      Embedder embedder;
      Running running(embedder, plugin);
      running.call("tool", "{}", -1, 0, given);
      CHECK_EQ(embedder.take(MessageType::ask).c, told);
      CHECK(!told.empty());
    }
  }
}

CASE("a request that is made for no call tells nothing of one") {
  Answers answers;
  Asking a;
  a.request(ask_for("m", &answers));
  CHECK_EQ(a.embedder.take(MessageType::ask).c, "");
}

CASE("an answer reaches the plugin on its reply thread, and then user is released") {
  Answers answers;
  Asking a;
  uint64_t token = 0;
  const auto here = std::this_thread::get_id();
  answers.when_answered = [&] {
    CHECK(std::this_thread::get_id() != here);
    CHECK_EQ(a.plugin.host->call_chunk(a.plugin.host, 1, "1", 1, 1), AISOPOD_E_THREAD);
  };
  a.request(ask_for("m", &answers), &token);
  a.respond(a.embedder.take(MessageType::ask).token, "{\"x\":2}");
  answers.released.wait();
  CHECK_EQ(answers.text, "{\"x\":2};");
  CHECK_EQ(answers.ask, token);
  CHECK_EQ(answers.status, AISOPOD_OK);
  CHECK_EQ(answers.message + answers.details, "(none)(none)");
  a.running->dispose();
  CHECK_EQ(answers.releases.load(), 1);
}

CASE("a failure carries status, message and details") {
  Answers answers;
  Asking a;
  a.request(ask_for("m", &answers));
  aisopod::Response response;
  response.status = AISOPOD_E_DENIED;
  response.message = "not allowed";
  response.details = "{\"permission\":\"network\"}";
  (*a.running)->asks.respond(a.embedder.take(MessageType::ask).token, response, false);
  answers.released.wait();
  CHECK_EQ(answers.status, AISOPOD_E_DENIED);
  CHECK_EQ(answers.text, "");
  CHECK_EQ(answers.message, "not allowed");
  CHECK_EQ(answers.details, "{\"permission\":\"network\"}");
}

CASE("only the first last answer counts, and one for an ask that there is not is harmless") {
  Answers answers;
  Asking a;
  a.request(ask_for("m", &answers));
  const uint64_t token = a.embedder.take(MessageType::ask).token;
  a.respond(token, "1");
  a.respond(token, "2");
  a.respond(token, "3", true);
  a.respond(999999999, "4");
  a.running->dispose();
  CHECK_EQ(answers.text, "1;");
}

CASE("partial answers come in order, each is said to be read, and the last ends them") {
  Answers answers;
  Asking a;
  a.request(ask_for("m", &answers, 0, -1, AISOPOD_ASK_STREAM));
  const uint64_t token = a.embedder.take(MessageType::ask).token;
  for (const char* part : {"1", "2", "3"}) a.respond(token, part, true);
  for (int i = 0; i < 3; ++i) a.embedder.take(MessageType::ask_read, token);
  a.respond(token, "4");
  answers.released.wait();
  CHECK_EQ(answers.text, "1;2;3;4;");
}

CASE("a plugin that asked for the last answer only gets no partial one") {
  Answers answers;
  Asking a;
  a.request(ask_for("m", &answers));
  const uint64_t token = a.embedder.take(MessageType::ask).token;
  a.respond(token, "1", true);
  a.embedder.take(MessageType::ask_read, token);
  a.respond(token, "2");
  answers.released.wait();
  CHECK_EQ(answers.text, "2;");
}

CASE("request_wait gives the answer as a buffer with a NUL behind") {
  Asking a;
  std::thread plugin_thread([&] {
    const aisopod_ask ask = ask_for("m", nullptr);
    aisopod_buf buf = {};
    CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, &ask, &buf, nullptr), AISOPOD_OK);
    CHECK_EQ(std::string(buf.data, buf.len), "[1]");
    CHECK_EQ(buf.data[buf.len], '\0');
    a.plugin.host->buf_release(a.plugin.host, &buf);
    CHECK(buf.data == nullptr && buf.len == 0 && buf.owner == nullptr);
  });
  a.respond(a.embedder.take(MessageType::ask).token, "[1]");
  plugin_thread.join();
}

CASE("request_wait that fails says why and gives no buffer") {
  Asking a;
  std::thread plugin_thread([&] {
    const aisopod_ask ask = ask_for("m", nullptr);
    aisopod_buf buf = {};
    aisopod_error err = AISOPOD_INIT(aisopod_error);
    CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, &ask, &buf, &err), AISOPOD_E_NOT_FOUND);
    CHECK(buf.owner == nullptr);
    CHECK_EQ(err.code, AISOPOD_E_NOT_FOUND);
    CHECK_EQ(std::string(err.message), "nobody serves it");
  });
  aisopod::Response response;
  response.status = AISOPOD_E_NOT_FOUND;
  response.message = "nobody serves it";
  (*a.running)->asks.respond(a.embedder.take(MessageType::ask).token, response, false);
  plugin_thread.join();
}

CASE("request_wait is legal on workers and on the control thread") {
  Plugin plugin;
  const auto ask = [&](const char* method) {
    const aisopod_ask wanted = ask_for(method, nullptr);
    aisopod_buf buf = {};
    CHECK_EQ(plugin.host->request_wait(plugin.host, &wanted, &buf, nullptr), AISOPOD_OK);
    plugin.host->buf_release(plugin.host, &buf);
  };
  plugin.on_init = [&](aisopod_error*) {
    ask("in on_init");
    return AISOPOD_OK;
  };
  plugin.on_shutdown = [&] { ask("in on_shutdown"); };
  plugin.tool("tool", 0, [&](const aisopod_request*) {
    ask("in a handler");
    return AISOPOD_E_FAIL;
  });
  Embedder embedder;
  std::shared_ptr<Instance> instance = make_instance(embedder, plugin);
  const auto answer = [&](const char* method) {
    const Heard heard = embedder.take(MessageType::ask);
    CHECK_EQ(heard.a, method);
    instance->asks.respond(heard.token, {}, false);
  };
  run_moment(embedder, *instance, Moment::create);
  run_moment(embedder, *instance, Moment::on_register);
  instance->begin(Moment::on_init, kNoHurry);
  answer("in on_init");
  CHECK_EQ(embedder.take(MessageType::moment).status, AISOPOD_OK);
  aisopod::CallRequest request;
  request.registration = embedder.take(MessageType::registration).token;
  const uint64_t call = instance->calls.invoke(request).token;
  answer("in a handler");
  CHECK_EQ(embedder.ended(call).status, AISOPOD_E_FAIL);
  instance->begin(Moment::dispose, kNoHurry);
  answer("in on_shutdown");
  embedder.take(MessageType::disposed);
}

// The answer to a request that must be refused, with nothing of it taken.
aisopod_status refusal_of(Asking& a, aisopod_ask ask, Answers& answers) {
  uint64_t token = 77;
  const aisopod_status status = a.request(ask, &token);
  CHECK_EQ(token, 77u);
  CHECK_EQ(answers.releases.load(), 0);
  CHECK_EQ(a.embedder.count(MessageType::ask), 0u);
  return status;
}

CASE("a request that breaks a rule is refused and nothing of it is taken") {
  Limits limits = patient_limits();
  limits.payload_bytes = 10;
  Answers answers;
  Asking a(limits);
  const aisopod_ask good = ask_for("m", &answers);
  aisopod_ask ask = good;
  for (const uint32_t size : {0u, 3u, static_cast<uint32_t>(sizeof good) - 1, 65537u}) {
    ask.struct_size = size;
    CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_INVALID);
  }
  ask = good;
  ask.flags = 2;
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_UNSUPPORTED);
  ask = good;
  ask.method = nullptr;
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_INVALID);
  ask.method = "";
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_INVALID);
  const std::string endless(257, 'm');
  ask.method = endless.c_str();
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_INVALID);
  ask = good;
  ask.fn = nullptr;
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_INVALID);
  ask = good;
  ask.params = "nope";
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_INVALID);
  ask.params = "\"1234567890\"";
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_TOO_LARGE);
  ask = good;
  ask.parent = 123456789;
  CHECK_EQ(refusal_of(a, ask, answers), AISOPOD_E_GONE);
  CHECK_EQ(a.plugin.host->request(a.plugin.host, nullptr, nullptr), AISOPOD_E_INVALID);
}

CASE("request_wait takes neither fn nor a stream, and needs a buffer") {
  Answers answers;
  Asking a;
  aisopod_ask ask = ask_for("m", &answers);
  std::string out;
  CHECK_EQ(a.wait(ask, out), AISOPOD_E_INVALID);
  ask = ask_for("m", nullptr, 0, -1, AISOPOD_ASK_STREAM);
  CHECK_EQ(a.wait(ask, out), AISOPOD_E_INVALID);
  ask = ask_for("m", nullptr);
  CHECK_EQ(a.plugin.host->request_wait(a.plugin.host, &ask, nullptr, nullptr), AISOPOD_E_INVALID);
  CHECK_EQ(answers.releases.load(), 0);
}

CASE("request, request_wait, emit and post answer STATE before on_init and after on_shutdown") {
  Plugin plugin;
  Answers answers;
  const auto refused = [&] {
    const aisopod_host* host = plugin.host;
    const aisopod_ask ask = ask_for("m", &answers), wait = ask_for("m", nullptr);
    aisopod_buf buf = {};
    CHECK_EQ(host->request(host, &ask, nullptr), AISOPOD_E_STATE);
    CHECK_EQ(host->request_wait(host, &wait, &buf, nullptr), AISOPOD_E_STATE);
    CHECK_EQ(host->emit(host, "topic", "1", 1), AISOPOD_E_STATE);
    CHECK_EQ(host->post(
                 host, [](void*) {}, nullptr, nullptr, 0),
             AISOPOD_E_STATE);
  };
  plugin.create = [&](aisopod_plugin** out, aisopod_error*) {
    refused();
    *out = reinterpret_cast<aisopod_plugin*>(&plugin);
    return AISOPOD_OK;
  };
  plugin.on_register = [&](const aisopod_api*, aisopod_error*) {
    refused();
    return AISOPOD_OK;
  };
  const auto accepted = [&] {
    const aisopod_host* host = plugin.host;
    const aisopod_ask ask = ask_for("m", &answers);
    CHECK_EQ(host->request(host, &ask, nullptr), AISOPOD_OK);
    CHECK_EQ(host->emit(host, "topic", "1", 1), AISOPOD_OK);
    CHECK_EQ(host->post(
                 host, [](void*) {}, nullptr, nullptr, 0),
             AISOPOD_OK);
  };
  plugin.on_init = [&](aisopod_error*) {
    accepted();
    answers.last.wait();  // answered by its deadline, as the host does not
    answers.lasts = 0;
    return AISOPOD_OK;
  };
  plugin.on_shutdown = [&] {
    answers.released.wait();
    answers.releases = 0;
    accepted();
  };
  plugin.destroy = refused;
  Limits limits = patient_limits();
  limits.request_ms = 1;
  Embedder embedder;
  { Running running(embedder, plugin, limits); }
  refused();
  CHECK_EQ(answers.releases.load(), 1);
}

CASE("more open requests than the queue holds are AGAIN, also when each is cancelled at once") {
  Limits limits = patient_limits();
  limits.queue = 3;
  Answers answers[3];
  Asking a(limits);
  uint64_t tokens[3];
  for (int i = 0; i < 3; ++i) {
    CHECK_EQ(a.request(ask_for("m", &answers[i]), &tokens[i]), AISOPOD_OK);
  }
  Answers over;
  CHECK_EQ(a.request(ask_for("m", &over)), AISOPOD_E_AGAIN);
  for (const uint64_t token : tokens) a.plugin.host->request_cancel(a.plugin.host, token);
  CHECK_EQ(a.request(ask_for("m", &over)), AISOPOD_E_AGAIN);  // the host has not heard of them yet
  a.embedder.drain();
  CHECK_EQ(a.request(ask_for("m", &over)), AISOPOD_OK);
  a.running->dispose();
  for (Answers& each : answers) CHECK_EQ(each.releases.load(), 1);
  CHECK_EQ(over.releases.load(), 1);
}

CASE("many threads may ask at once, each gets its own answer") {
  Asking a;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string mine = std::to_string(t * 1000 + i);
        aisopod_ask ask = ask_for("m", nullptr);
        ask.params = mine.c_str();
        std::string out;
        CHECK_EQ(a.wait(ask, out), AISOPOD_OK);
        CHECK_EQ(out, mine);
      }
    });
  }
  for (int i = 0; i < 8 * 25; ++i) {
    const Heard heard = a.embedder.take(MessageType::ask);
    a.respond(heard.token, heard.b.c_str());
  }
  for (std::thread& thread : threads) thread.join();
}

CASE("a response function that throws is released all the same") {
  Answers answers;
  Asking a;
  answers.when_answered = [] { throw 1; };
  a.request(ask_for("m", &answers));
  a.respond(a.embedder.take(MessageType::ask).token, "1");
  answers.released.wait();
  a.running->dispose();
  CHECK_EQ(answers.releases.load(), 1);
  CHECK(a.embedder.take(MessageType::notice).a.find("a response function threw") == 0);
}

}  // namespace
