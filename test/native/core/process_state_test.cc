// What a moment changes of the process is reported before its end, and left as it is.
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/process/process_state.h"
#include "support/event.h"
#include "support/running.h"

namespace {

using namespace test;

// Sets back what a case changes.
class Kept {
 public:
  Kept() : state_(aisopod::process_state()) {}
  ~Kept() {
    umask(static_cast<mode_t>(state_.umask));
    CHECK_EQ(chdir(state_.cwd.c_str()), 0);
    std::setlocale(LC_NUMERIC, "C");
    std::signal(SIGUSR2, SIG_DFL);
    CHECK(aisopod::process_state() == state_);
  }

 private:
  const aisopod::ProcessState state_;
};

void on_signal(int) {}

CASE("reading the state leaves it as it is") {
  umask(027);
  CHECK_EQ(aisopod::process_state().umask, 027u);
  CHECK_EQ(umask(022), 027u);
}

CASE("each part of the state has its line") {
  const Kept kept;
  umask(005);
  CHECK_EQ(chdir("/"), 0);
  std::signal(SIGUSR2, SIG_IGN);
  const std::string text = aisopod::process_state().text();
  CHECK(text.rfind("locale ", 0) == 0);
  CHECK(text.find("\numask 005\n") != std::string::npos);
  CHECK(text.find("\nSIGUSR2 ignored\ncwd /") != std::string::npos);
}

CASE("a signal handler is named by its address, or as the host's own") {
  const Kept kept;
  std::signal(SIGUSR2, on_signal);
  CHECK(aisopod::process_state().text().find("SIGUSR2 0x") != std::string::npos);
  const auto address = reinterpret_cast<uintptr_t>(&on_signal);
  aisopod::set_embedder_code(address, address + 1);
  CHECK(aisopod::process_state().text().find("SIGUSR2 host") != std::string::npos);
  aisopod::set_embedder_code(0, 0);
}

#if defined(__linux__)
CASE("the umask is read also when the descriptor for that is closed, or is another file") {
  const Kept kept;
  umask(037);
  CHECK_EQ(aisopod::process_state().umask, 037u);
  const int other = open("/dev/null", O_RDONLY);
  for (int file = 3; file < 64; ++file) {
    char name[64], path[256];
    std::snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    const ssize_t n = readlink(name, path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    if (std::strstr(path, "/status") != nullptr) CHECK_EQ(dup2(other, file), file);
  }
  CHECK_EQ(aisopod::process_state().umask, 037u);
  umask(022);
  CHECK_EQ(aisopod::process_state().umask, 022u);
  close(other);
}
#endif

CASE("a moment that changes the process is reported before its end, any other is not") {
  const Kept kept;
  Plugin plugin;
  plugin.on_init = [](aisopod_error*) {
    umask(0);
    return AISOPOD_OK;
  };
  Embedder embedder;
  { Running running(embedder, plugin); }
  CHECK_EQ(embedder.count(MessageType::process), 1u);
}

}  // namespace
