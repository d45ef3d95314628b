#include "core/process/process_state.h"

#include <atomic>
#include <clocale>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#if !defined(_WIN32)
#  include <fcntl.h>
#  include <limits.h>
#  include <sys/stat.h>
#  include <unistd.h>
#endif
#if defined(__GLIBC__)
#  include <langinfo.h>
#  include <locale.h>
#endif

namespace aisopod {
namespace {

[[maybe_unused]] uintptr_t embedder_begin = 0;
[[maybe_unused]] uintptr_t embedder_end = 0;

#if defined(__GLIBC__)
// A copy is read, since setlocale() on another thread frees the names of the one in force.
std::string locale_now() {
  static constexpr struct {
    int category;
    const char* name;
  } kCategories[] = {{LC_CTYPE, "LC_CTYPE"},       {LC_NUMERIC, "LC_NUMERIC"},
                     {LC_TIME, "LC_TIME"},         {LC_COLLATE, "LC_COLLATE"},
                     {LC_MONETARY, "LC_MONETARY"}, {LC_MESSAGES, "LC_MESSAGES"}};
  struct Copy {
    ~Copy() {
      if (locale != locale_t()) freelocale(locale);
    }
    const locale_t locale = duplocale(LC_GLOBAL_LOCALE);
  } const copy;  // freed also when there is no memory for the text
  if (copy.locale == locale_t()) return {};
  std::string text;
  for (const auto& [category, name] : kCategories) {
    if (!text.empty()) text += ';';
    text += std::string(name) + '=' + nl_langinfo_l(_NL_LOCALE_NAME(category), copy.locale);
  }
  return text;
}
#else
std::string locale_now() {
  const char* const text = std::setlocale(LC_ALL, nullptr);
  return text == nullptr ? std::string() : text;
}
#endif

#if !defined(_WIN32)
#  if defined(__linux__)
// From the second line of the kernel's report: to read the mask by umask() is to set it, for a
// moment and for every thread, and what another one makes then would get the wrong mode.
unsigned umask_in(int file) {
  char text[128];
  const ssize_t n = file < 0 ? -1 : pread(file, text, sizeof text - 1, 0);
  text[n > 0 ? n : 0] = '\0';
  const char* const line = std::strstr(text, "\nUmask:");
  return line == nullptr ? kUnknownMask : static_cast<unsigned>(std::strtoul(line + 7, nullptr, 8));
}

// A file of the system's that stays open, since to open it takes as long as to read it.
struct Report {
  int file;
  dev_t device;
  ino_t inode;
};

// Who closes descriptors that are not its own may close this one, and something else may be there
// in its place then, which is not to be read.
bool is_there(const Report& report) {
  struct stat now;
  return fstat(report.file, &now) == 0 && now.st_dev == report.device && now.st_ino == report.inode;
}

#  endif

uintptr_t handler_of(int signal) {
  struct sigaction action = {};
  if (sigaction(signal, nullptr, &action) != 0) return 0;
  return reinterpret_cast<uintptr_t>(action.sa_handler);
}

std::string name_of(uintptr_t handler) {
  if (handler == reinterpret_cast<uintptr_t>(SIG_DFL)) return "default";
  if (handler == reinterpret_cast<uintptr_t>(SIG_IGN)) return "ignored";
  if (handler >= embedder_begin && handler < embedder_end) return "host";
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(handler));
  return text;
}

constexpr struct {
  int number;
  const char* name;
} kSignals[] = {{SIGINT, "SIGINT"},   {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"},
                {SIGQUIT, "SIGQUIT"}, {SIGPIPE, "SIGPIPE"}, {SIGCHLD, "SIGCHLD"},
                {SIGSEGV, "SIGSEGV"}, {SIGALRM, "SIGALRM"}, {SIGUSR1, "SIGUSR1"},
                {SIGUSR2, "SIGUSR2"}};
static_assert(sizeof kSignals / sizeof *kSignals ==
              sizeof ProcessState::handlers / sizeof(uintptr_t));
#endif

}  // namespace

#if defined(__linux__)
// Not that of a thread, which would say no more once the thread has ended. (A process that was
// forked goes on reading its parent's.)
unsigned umask_now() {
  static std::atomic<const Report*> kept{nullptr};
  const Report* const report = kept.load();
  if (report != nullptr && is_there(*report)) return umask_in(report->file);
  const int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  const unsigned mask = umask_in(file);
  struct stat own;
  if (report == nullptr && mask != kUnknownMask && fstat(file, &own) == 0) {
    auto* const mine = new (std::nothrow) Report{file, own.st_dev, own.st_ino};
    const Report* none = nullptr;
    if (mine != nullptr && kept.compare_exchange_strong(none, mine)) return mask;
    delete mine;
  }
  if (file >= 0) close(file);
  return mask;
}
#else
unsigned umask_now() { return kUnknownMask; }  // it could only be read by setting it
#endif

ProcessState process_state() { return process_state(umask_now()); }

ProcessState process_state(unsigned umask) {
  ProcessState state;
  state.locale = locale_now();
  state.umask = umask;
#if !defined(_WIN32)
  for (size_t i = 0; i < state.handlers.size(); ++i) {
    state.handlers[i] = handler_of(kSignals[i].number);
  }
  char path[PATH_MAX];
  if (getcwd(path, sizeof path) != nullptr) state.cwd = path;
#endif
  return state;
}

std::string ProcessState::text() const {
  std::string text = "locale " + locale + '\n';
#if !defined(_WIN32)
  if (umask != kUnknownMask) {
    char mask[24];
    std::snprintf(mask, sizeof mask, "umask %03o\n", umask);
    text += mask;
  }
  for (size_t i = 0; i < handlers.size(); ++i) {
    text += std::string(kSignals[i].name) + ' ' + name_of(handlers[i]) + '\n';
  }
  if (!cwd.empty()) text += "cwd " + cwd;
#endif
  return text;
}

void set_embedder_code(uintptr_t begin, uintptr_t end) {
  embedder_begin = begin;
  embedder_end = end;
}

}  // namespace aisopod
