// aisopod_error is the other side's memory: it is written within its size, and read with care.
#include <cstddef>
#include <cstring>
#include <limits>
#include <memory>

#include "core/host/plugin_error.h"
#include "support/harness.h"

namespace {

using aisopod::fill;
using aisopod::message_of;
using aisopod::status_name;
using aisopod::without_reserved;

constexpr size_t kAt = offsetof(aisopod_error, message);

// A record of exactly `size` bytes; every byte behind is the sanitizer's.
std::unique_ptr<char[]> record_of(uint32_t size) {
  std::unique_ptr<char[]> memory(new char[size < 8 ? 8 : size]);
  std::memset(memory.get(), 0x55, size < 8 ? 8 : size);
  std::memcpy(memory.get(), &size, sizeof size);
  return memory;
}

aisopod_error* as_error(const std::unique_ptr<char[]>& memory) {
  return reinterpret_cast<aisopod_error*>(memory.get());
}

CASE("status and message are filled in, and the status is the result") {
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  CHECK_EQ(fill(&err, AISOPOD_E_EXISTS, "twice"), AISOPOD_E_EXISTS);
  CHECK_EQ(err.status, AISOPOD_E_EXISTS);
  CHECK_EQ(std::string(err.message), "twice");
}

CASE("NULL is allowed") { CHECK_EQ(fill(nullptr, AISOPOD_E_FAIL, "x"), AISOPOD_E_FAIL); }

CASE("a record whose size says it has no room is left alone") {
  for (const uint32_t size : {0u, 3u, 7u, 8u}) {
    const auto memory = record_of(size);
    fill(as_error(memory), AISOPOD_E_FAIL, "x");
    CHECK_EQ(memory[4], 0x55);
  }
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  err.struct_size = 65537;
  fill(&err, AISOPOD_E_FAIL, "x");
  CHECK_EQ(err.status, 0);
}

CASE("a short record gets as much of the message as fits, with its NUL") {
  const auto memory = record_of(static_cast<uint32_t>(kAt) + 4);
  fill(as_error(memory), AISOPOD_E_FAIL, "abcdef");
  CHECK_EQ(std::string(memory.get() + kAt), "abc");
  const auto tiny = record_of(static_cast<uint32_t>(kAt) + 1);
  fill(as_error(tiny), AISOPOD_E_FAIL, "abcdef");
  CHECK_EQ(tiny[kAt], '\0');
}

CASE("a long message is cut at a character") {
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  std::string message(sizeof err.message - 2, 'a');
  message += "\xC3\xA9 and more";
  fill(&err, AISOPOD_E_FAIL, message);
  CHECK_EQ(std::string(err.message), std::string(sizeof err.message - 2, 'a'));
}

CASE("a larger record of a later minor is filled like ours") {
  const auto memory = record_of(4096);
  fill(as_error(memory), AISOPOD_E_FAIL, std::string(5000, 'b'));
  CHECK_EQ(std::strlen(memory.get() + kAt), sizeof(aisopod_error::message) - 1);
}

CASE("a message without a NUL, or with broken UTF-8, is read up to there") {
  aisopod_error err = AISOPOD_INIT(aisopod_error);
  std::memset(err.message, 'a', sizeof err.message);
  CHECK_EQ(message_of(err).size(), sizeof err.message);
  std::memcpy(err.message, "ok\xFF no", 7);
  CHECK_EQ(message_of(err), "ok");
}

CASE("each status has its name, an unknown one reads as AISOPOD_E_FAIL") {
  CHECK_EQ(std::string(status_name(AISOPOD_OK)), "AISOPOD_OK");
  CHECK_EQ(std::string(status_name(AISOPOD_E_GONE)), "AISOPOD_E_GONE");
  CHECK_EQ(std::string(status_name(AISOPOD_E_BUSY)), "AISOPOD_E_BUSY");
  for (const aisopod_status odd : {AISOPOD_E_BUSY - 1, 7, std::numeric_limits<int32_t>::min()}) {
    CHECK_EQ(std::string(status_name(odd)), "AISOPOD_E_FAIL");
  }
}

CASE("OK and errors of a lifecycle function stay as they are") {
  for (const aisopod_status status : {AISOPOD_OK, AISOPOD_E_FAIL, -777}) {
    std::string message;
    CHECK_EQ(without_reserved(status, "on_init()", message), status);
    CHECK_EQ(message, "");
  }
}

CASE("a positive status of a lifecycle function is a failure, and the message names it") {
  std::string message;
  CHECK_EQ(without_reserved(1, "on_init()", message), AISOPOD_E_FAIL);
  CHECK_EQ(message, "on_init() returned the reserved status 1");
  CHECK_EQ(without_reserved(AISOPOD_PENDING, "on_init()", message), AISOPOD_E_FAIL);
  CHECK_EQ(message, "on_init() returned AISOPOD_PENDING, which only a handler may");
}

}  // namespace
