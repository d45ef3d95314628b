/**
 * Sanitizers whose runtime must be in the process before anything else: where a library brings it
 * later, it ends the process or can't be opened. That of -fsanitize=undefined can come at any time,
 * and is not listed.
 */
export const SANITIZERS = [
  { name: 'address', library: /^lib(clang_rt\.)?asan\b/, symbol: '__asan_init' },
  { name: 'hwaddress', library: /^lib(clang_rt\.)?hwasan\b/, symbol: '__hwasan_init' },
  { name: 'thread', library: /^lib(clang_rt\.)?tsan\b/, symbol: '__tsan_init' },
  { name: 'leak', library: /^lib(clang_rt\.)?lsan\b/, symbol: '__lsan_init' },
  { name: 'memory', library: /^lib(clang_rt\.)?msan\b/, symbol: '__msan_init' },
];
