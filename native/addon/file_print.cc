#include "file_print.h"

#if !defined(_WIN32)

#  include <sys/stat.h>
#  include <unistd.h>

#  include <array>
#  include <string>

#  include "strings.h"

namespace aisopod_addon {
namespace {

using Print = std::array<double, 6>;

// As Node.js computes it, so that equal times are equal numbers.
double milliseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
}

Print print_of(const struct stat& stats) {
#  if defined(__APPLE__)
  const timespec &changed = stats.st_mtimespec, &touched = stats.st_ctimespec;
#  else
  const timespec &changed = stats.st_mtim, &touched = stats.st_ctim;
#  endif
  return {static_cast<double>(stats.st_dev),
          static_cast<double>(stats.st_ino),
          static_cast<double>(stats.st_mode),
          static_cast<double>(stats.st_size),
          milliseconds(changed),
          milliseconds(touched)};
}

bool read_print(napi_env env, napi_value from, uint32_t at, Print& print) {
  for (uint32_t i = 0; i < print.size(); ++i) {
    napi_value number = nullptr;
    if (napi_get_element(env, from, at + i, &number) != napi_ok ||
        napi_get_value_double(env, number, &print[i]) != napi_ok) {
      return false;
    }
  }
  return true;
}

}  // namespace

Napi::Value is_unchanged(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string path;
  uint32_t at = 0;
  bool follow = false;
  Print before{};
  struct stat now;
  const bool same = read_string(env, info[0], path) &&
                    napi_get_value_uint32(env, info[2], &at) == napi_ok &&
                    napi_get_value_bool(env, info[3], &follow) == napi_ok &&
                    read_print(env, info[1], at, before) &&
                    (follow ? stat(path.c_str(), &now) : lstat(path.c_str(), &now)) == 0 &&
                    print_of(now) == before;
  return Napi::Boolean::New(env, same);
}

Napi::Value is_private_folder(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string path;
  struct stat now;
  const bool is_private = read_string(env, info[0], path) && stat(path.c_str(), &now) == 0 &&
                          S_ISDIR(now.st_mode) && (now.st_mode & 0777) == 0700 &&
                          now.st_uid == geteuid();
  return Napi::Boolean::New(env, is_private);
}

}  // namespace aisopod_addon

#endif
