// What a worker call is compared with: text in, the same text out, by N-API's own AsyncWorker on a
// thread of libuv's pool, and a promise.
#include <napi.h>

#include <string>

class Echo : public Napi::AsyncWorker {
 public:
  Echo(Napi::Env env, std::string text)
      : Napi::AsyncWorker(env), deferred_(env), text_(std::move(text)) {}
  void Execute() override { answer_ = text_; }
  void OnOK() override { deferred_.Resolve(Napi::String::New(Env(), answer_)); }
  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  Napi::Promise::Deferred deferred_;
  const std::string text_;
  std::string answer_;
};

static Napi::Value echo(const Napi::CallbackInfo& info) {
  auto* const worker = new Echo(info.Env(), info[0].As<Napi::String>().Utf8Value());
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

static Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("echo", Napi::Function::New(env, echo));
  return exports;
}
NODE_API_MODULE(bench_async, init)
