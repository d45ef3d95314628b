#include "file_print.h"

#if !defined(_WIN32)

#  include <fcntl.h>
#  include <sys/stat.h>
#  include <unistd.h>

#  include <algorithm>
#  include <array>
#  include <string>
#  include <string_view>
#  include <tuple>
#  include <utility>

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

// The folder around others, opened so that the system need not walk to it for each of them.
class Around {
 public:
  Around() = default;
  Around(const Around&) = delete;
  Around& operator=(const Around&) = delete;
  ~Around() { shut(); }

  // From now on the folder that the path names, with its last '/'.
  void enter(std::string_view path) {
    if (path == path_) return;
    shut();
    path_ = path;
#  if defined(O_PATH)
    fd_ = open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
#  endif
  }

  bool is_as(const std::string& path, bool follow, const double* print) const {
    struct stat now;
    const int flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
    const bool within = fd_ >= 0;
    const char* name = path.c_str() + (within ? path_.size() : 0);
    if (fstatat(within ? fd_ : AT_FDCWD, name, &now, flags) != 0) return false;
    const Print found = print_of(now);
    return std::equal(found.begin(), found.end(), print);
  }

 private:
  void shut() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  std::string path_;
  int fd_ = -1;
};

// The fingerprints of one folder after another, each followed by those of what is in it.
class Prints {
 public:
  explicit Prints(const Napi::Float64Array& all) : next_(all.Data()), left_(all.ElementLength()) {}

  // Returns nullptr when fewer are left.
  const double* take(size_t files) {
    const size_t numbers = files * std::tuple_size<Print>::value;
    if (numbers > left_) return nullptr;
    const double* taken = next_;
    next_ += numbers;
    left_ -= numbers;
    return taken;
  }

 private:
  const double* next_;
  size_t left_;
};

bool folder_is_as(napi_env env, Around& around, std::string path, napi_value names, uint32_t count,
                  const double* print) {
  const size_t slash = path.rfind('/');
  if (print == nullptr || slash == std::string::npos) return false;
  around.enter(std::string_view(path).substr(0, slash + 1));
  if (!around.is_as(path, true, print)) return false;
  path += '/';
  const size_t end = path.size();
  std::string name;
  for (uint32_t i = 0; i < count; ++i) {
    napi_value each = nullptr;
    if (napi_get_element(env, names, i, &each) != napi_ok || !read_string(env, each, name)) {
      return false;
    }
    path.resize(end);
    path += name;
    print += std::tuple_size<Print>::value;
    if (!around.is_as(path, false, print)) return false;
  }
  return true;
}

}  // namespace

Napi::Value unchanged_folders(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const Napi::Array paths = info[0].As<Napi::Array>();
  const Napi::Array names = info[1].As<Napi::Array>();
  Prints prints(info[2].As<Napi::Float64Array>());
  Around around;
  const uint32_t count = paths.Length();
  Napi::Uint8Array same = Napi::Uint8Array::New(env, count);
  for (uint32_t i = 0; i < count; ++i) {
    Napi::HandleScope scope(env);
    const Napi::Value within = names.Get(i);
    std::string path;
    uint32_t files = 0;
    if (napi_get_array_length(env, within, &files) != napi_ok) break;
    const double* print = prints.take(size_t{files} + 1);
    const bool known = read_string(env, paths.Get(i), path);
    same[i] = known && folder_is_as(env, around, std::move(path), within, files, print) ? 1 : 0;
  }
  return same;
}

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
