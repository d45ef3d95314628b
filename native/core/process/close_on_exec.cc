#include "core/process/close_on_exec.h"

#if !defined(_WIN32)
#  include <fcntl.h>
#  include <sys/stat.h>
#  include <unistd.h>

#  include <cstdlib>
#  include <filesystem>
#  include <system_error>
#endif

namespace aisopod {

#if defined(_WIN32)
int close_on_exec(const std::string&) { return 0; }
#else
namespace {

bool is_file(int descriptor, const struct stat& wanted) {
  struct stat found;
  return fstat(descriptor, &found) == 0 && found.st_dev == wanted.st_dev &&
         found.st_ino == wanted.st_ino;
}

bool mark(int descriptor) {
  const int flags = fcntl(descriptor, F_GETFD);
  return flags >= 0 && fcntl(descriptor, F_SETFD, flags | FD_CLOEXEC) == 0;
}

}  // namespace

int close_on_exec(const std::string& path) {
  struct stat wanted;
  if (stat(path.c_str(), &wanted) != 0) return 0;
  int count = 0;
  std::error_code error;
  // A link to /proc/self/fd on Linux.
  for (std::filesystem::directory_iterator each("/dev/fd", error), end; !error && each != end;
       each.increment(error)) {
    const int descriptor = std::stoi(each->path().filename().string());
    if (is_file(descriptor, wanted) && mark(descriptor)) ++count;
  }
  return count;
}
#endif

}  // namespace aisopod
