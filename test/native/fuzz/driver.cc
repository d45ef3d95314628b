// Runs a fuzz target where the compiler brings no fuzzer of its own: the committed seeds, and then
// random mutations of them, the same ones every time.
//
//   <target> SEEDS RUNS   a folder; the number of mutations. AISOPOD_SEED=n makes others.
//   <target> FILE         replays one input
//
// The input of a run that fails is left in the working directory, to be replayed.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#  include <sanitizer/common_interface_defs.h>
#  define DRIVER_HAS_SANITIZER 1
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr unsigned kSeed = 20240607;
constexpr size_t kLongest = 4096;  // bytes of an input

// Never destroyed: a sanitizer may end the program after everything else has gone.
std::string& current = *new std::string();

void leave_input() {
  const char* const file = "fuzz-failure.bin";
  std::FILE* const out = std::fopen(file, "wb");
  if (out == nullptr) return;
  std::fwrite(current.data(), 1, current.size(), out);
  std::fclose(out);
  std::fprintf(stderr, "the input is in %s: give it as the only argument\n", file);
}

void on_abort(int) { leave_input(); }  // and abort() goes on

void run(std::string input) {
  current = std::move(input);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(current.data()), current.size());
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string mutated(std::string text, const std::string& other, std::mt19937& random) {
  const auto below = [&](size_t n) { return n == 0 ? size_t{0} : random() % n; };
  for (size_t changes = 1 + below(6); changes > 0; --changes) {
    const size_t at = below(text.size() + 1);
    const std::string piece = other.substr(below(other.size()), 1 + below(16));
    switch (below(7)) {
      case 0: text.insert(at, 1, static_cast<char>(random())); break;
      case 1: text.erase(at, 1 + below(4)); break;
      case 2: text.replace(at, 1, 1, static_cast<char>(random())); break;
      case 3: text.insert(at, piece); break;
      case 4: text.replace(at, piece.size(), piece); break;
      case 5: text.insert(at, text.substr(below(text.size()), 1 + below(32))); break;
      default: text = text.substr(0, at) + other.substr(below(other.size())); break;
    }
  }
  text.resize(std::min(text.size(), kLongest));
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, on_abort);
#ifdef DRIVER_HAS_SANITIZER
  __sanitizer_set_death_callback(leave_input);
#endif
  if (argc == 2) {
    run(read(argv[1]));
    return 0;
  }
  if (argc != 3) {
    std::fprintf(stderr, "usage: %s SEEDS RUNS, or: %s FILE\n", argv[0], argv[0]);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds = {""};
  for (const auto& file : files) seeds.push_back(read(file));
  for (const std::string& seed : seeds) run(seed);

  const char* const given = std::getenv("AISOPOD_SEED");
  const auto seed = given == nullptr ? kSeed : static_cast<unsigned>(std::stoul(given));
  std::mt19937 random(seed);
  const size_t runs = std::stoul(argv[2]);
  for (size_t i = 0; i < runs; ++i) {
    const std::string& base = seeds[random() % seeds.size()];
    const std::string& other = seeds[random() % seeds.size()];
    run(mutated(base, other, random));
  }
  std::printf("%zu seeds and %zu mutations of them (AISOPOD_SEED=%u)\n", seeds.size(), runs, seed);
  return 0;
}
