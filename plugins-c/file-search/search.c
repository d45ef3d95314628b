/* Every entry is opened relative to its folder's descriptor and with O_NOFOLLOW, so that a link, or
 * a folder swapped for one meanwhile, never leads out of the tree. */
#define _XOPEN_SOURCE 700
#include "search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 100   /* folders within each other; each holds a descriptor */
#define MAX_LINE  4096  /* bytes of a line that are looked at                */
#define MAX_TEXT  500   /* bytes of a line that are shown                    */
#define BLOCK     65536 /* bytes read at once                                */

typedef struct search {
  const aisopod_host *host;
  const aisopod_call *call;
  const search_options *options;
  search_counts *counts;
  aisopod_status status;
  aisopod_json_out path, chunk; /* path: of the entry, below the root, not terminated */
  unsigned line_number;
  size_t line_len;
  char line[MAX_LINE + 1]; /* what earlier blocks have of the line */
  char block[BLOCK];
} search;

static int go_on(search *s) {
  if (s->status == AISOPOD_OK) s->status = s->host->call_check(s->host, s->call->token);
  if (s->status == AISOPOD_OK && (s->path.failed || s->chunk.failed)) s->status = AISOPOD_E_NOMEM;
  return s->status == AISOPOD_OK && !s->counts->truncated;
}

static int inside_character(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

/* One chunk: {"path","line","text"}. A long text is cut around the match. */
static void send_match(search *s, const char *text, size_t len, size_t match) {
  size_t start = 0, stop = len;
  char number[32];
  aisopod_json_out *out = &s->chunk;
  if (len > MAX_TEXT) {
    start = match > MAX_TEXT / 2 ? match - MAX_TEXT / 4 : 0;
    while (start < match && inside_character(text[start])) start++;
    if (len - start > MAX_TEXT) stop = start + MAX_TEXT;
    while (stop > start && stop < len && inside_character(text[stop])) stop--;
  }
  out->len = 0;
  aisopod_json_add(out, "{\"path\":");
  aisopod_json_add_string(out, s->path.data, s->path.len);
  snprintf(number, sizeof number, ",\"line\":%u,\"text\":", s->line_number);
  aisopod_json_add(out, number);
  aisopod_json_add_string(out, text + start, stop - start);
  aisopod_json_add(out, "}");
  if (!out->failed) s->status = aisopod_chunk(s->host, s->call->token, out->data, out->len, -1);
}

/* text[len] may be overwritten. */
static void search_line(search *s, char *text, size_t len) {
  regmatch_t match;
  s->line_number++;
  if (len > 0 && text[len - 1] == '\r') len--;
  text[len] = '\0';
  if (regexec(&s->options->pattern, text, 1, &match, 0) != 0) return;
  if (s->counts->matches == s->options->max_matches) {
    s->counts->truncated = 1;
    return;
  }
  s->counts->matches++;
  if (s->call->flags & AISOPOD_CALL_CHUNKS) send_match(s, text, len, (size_t)match.rm_so);
}

/* Add what a block has of a line; what is over MAX_LINE is left out. */
static void keep(search *s, const char *text, size_t len) {
  if (len > MAX_LINE - s->line_len) len = MAX_LINE - s->line_len;
  memcpy(s->line + s->line_len, text, len);
  s->line_len += len;
}

static void search_block(search *s, size_t len) {
  char *at = s->block, *end = s->block + len, *newline;
  while (go_on(s) && (newline = (char *)memchr(at, '\n', (size_t)(end - at)))) {
    keep(s, at, (size_t)(newline - at));
    search_line(s, s->line, s->line_len);
    s->line_len = 0;
    at = newline + 1;
  }
  keep(s, at, (size_t)(end - at));
}

static void search_file(search *s, int fd) {
  ssize_t len = 0;
  s->line_number = 0;
  s->line_len = 0;
  while (go_on(s)) {
    len = read(fd, s->block, BLOCK);
    if (len < 0 && errno == EINTR) continue;
    if (len <= 0) break;
    if (memchr(s->block, '\0', (size_t)len)) { /* binary */
      s->counts->skipped++;
      return;
    }
    search_block(s, (size_t)len);
  }
  if (len < 0) s->counts->skipped++;
  else s->counts->files++;
  if (s->line_len > 0 && go_on(s)) search_line(s, s->line, s->line_len); /* no newline at the end */
}

static void report_progress(const search *s) {
  char note[64];
  if (!(s->call->flags & AISOPOD_CALL_PROGRESS)) return;
  snprintf(note, sizeof note, "%u files, %u matches", s->counts->files, s->counts->matches);
  (void)aisopod_report_progress(s->host, s->call->token, -1, note);
}

static void walk(search *s, int fd, int depth);

static void visit(search *s, int folder, const char *name, int depth) {
  const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  struct stat info;
  int fd;
  if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    s->counts->skipped++;
    return;
  }
  if (S_ISDIR(info.st_mode)) {
    if (options_excludes(s->options, name)) return;
    fd = depth < MAX_DEPTH ? openat(folder, name, flags | O_DIRECTORY) : -1;
    if (fd < 0) s->counts->skipped++;
    else walk(s, fd, depth + 1);
    return;
  }
  if (!S_ISREG(info.st_mode)) return; /* links, devices, pipes */
  if (s->options->files && fnmatch(s->options->files, name, 0) != 0) return;
  fd = openat(folder, name, flags);
  if (fd < 0) {
    s->counts->skipped++;
    return;
  }
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) search_file(s, fd);
  close(fd);
  if (s->counts->files % 64 == 0) report_progress(s);
}

/* Takes the descriptor of a folder. */
static void walk(search *s, int fd, int depth) {
  const size_t parent = s->path.len;
  const struct dirent *entry;
  DIR *folder = fdopendir(fd);
  if (!folder) {
    close(fd);
    s->counts->skipped++;
    return;
  }
  while (go_on(s)) {
    errno = 0;
    entry = readdir(folder);
    if (!entry) {
      if (errno != 0) s->counts->skipped++;
      break;
    }
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (parent > 0) aisopod_json_add_bytes(&s->path, "/", 1);
    aisopod_json_add_bytes(&s->path, entry->d_name, strlen(entry->d_name));
    if (!s->path.failed) visit(s, fd, entry->d_name, depth);
    s->path.len = parent;
  }
  closedir(folder);
}

static aisopod_status root_fault(const char *root, int why, aisopod_error *err) {
  aisopod_status status = AISOPOD_E_INVALID;
  const char *what = "cannot be opened";
  char message[512];
  size_t len = strlen(root);
  if (why == ENOENT) {
    status = AISOPOD_E_NOT_FOUND;
    what = "does not exist";
  } else if (why == EACCES) {
    status = AISOPOD_E_DENIED;
    what = "may not be read";
  } else if (why == ENOTDIR) {
    what = "is not a folder";
  }
  if (len > 400) len = 400;
  while (len > 0 && inside_character(root[len])) len--;
  snprintf(message, sizeof message, "root: %.*s %s", (int)len, root, what);
  return aisopod_set_error(err, status, message);
}

aisopod_status search_run(const aisopod_host *host, const aisopod_call *call,
                          const search_options *options, search_counts *counts,
                          aisopod_error *err) {
  search *s;
  aisopod_status status;
  const int fd = open(options->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return root_fault(options->root, errno, err);
  s = (search *)calloc(1, sizeof *s);
  if (!s) {
    close(fd);
    return AISOPOD_E_NOMEM;
  }
  s->host = host;
  s->call = call;
  s->options = options;
  s->counts = counts;
  walk(s, fd, 1);
  status = s->status;
  aisopod_json_free(&s->path);
  aisopod_json_free(&s->chunk);
  free(s);
  return status;
}
