/* Drives aisopod/json.h: each line of stdin is a text in hex, each of stdout what became of it.
 *
 *   echo        the text read and written again, or "refused"
 *   get KEY     the member of that name, written again, or "none"
 *   text SIZE   the string, unescaped into SIZE bytes, in hex, or "none"
 *   escape      the bytes as a JSON string
 *   double      the eight bytes (little end first) of a double as a number */
#include <aisopod/json.h>
#include <stdio.h>

static void rewrite(aisopod_json v, aisopod_json_out *out) {
  aisopod_json key = {NULL, 0}, item = {NULL, 0};
  double       number = 0;
  char        *text;
  int          flag = 0, first = 1;
  if (v.at[0] == '"') {
    text = (char *)malloc(v.len);
    aisopod_json_add_string(out, text, aisopod_json_text(v, text, v.len));
    free(text);
  } else if (v.at[0] == '{' || v.at[0] == '[') {
    aisopod_json_add(out, v.at[0] == '{' ? "{" : "[");
    while (aisopod_json_next(v, &key, &item)) {
      if (!first) aisopod_json_add(out, ",");
      first = 0;
      if (v.at[0] == '{') {
        rewrite(key, out);
        aisopod_json_add(out, ":");
      }
      rewrite(item, out);
    }
    aisopod_json_add(out, v.at[0] == '{' ? "}" : "]");
  } else if (aisopod_json_bool(v, &flag)) {
    aisopod_json_add(out, flag ? "true" : "false");
  } else if (aisopod_json_number(v, &number)) {
    aisopod_json_add_number(out, number);
  } else {
    aisopod_json_add(out, "null");
  }
}

static void add_hex(aisopod_json_out *out, const char *bytes, size_t n) {
  char   two[3];
  size_t i;
  for (i = 0; i < n; i++) {
    snprintf(two, sizeof two, "%02x", (unsigned char)bytes[i]);
    aisopod_json_add(out, two);
  }
}

static void add_text(aisopod_json v, size_t size, aisopod_json_out *out) {
  char  *room = (char *)malloc(size);
  size_t len = aisopod_json_text(v, room, size);
  if (len == AISOPOD_JSON_NONE) aisopod_json_add(out, "none");
  else add_hex(out, room, len);
  free(room);
}

static void answer(int argc, char **argv, const char *text, size_t len, aisopod_json_out *out) {
  aisopod_json v, member;
  double       number;
  if (strcmp(argv[1], "escape") == 0) {
    aisopod_json_add_string(out, text, len);
  } else if (strcmp(argv[1], "double") == 0) {
    memcpy(&number, text, sizeof number);
    aisopod_json_add_number(out, number);
  } else if (!aisopod_json_read(text, len, &v)) {
    aisopod_json_add(out, "refused");
  } else if (strcmp(argv[1], "echo") == 0) {
    rewrite(v, out);
  } else if (strcmp(argv[1], "text") == 0 && argc > 2) {
    add_text(v, (size_t)atoi(argv[2]), out);
  } else if (argc > 2 && aisopod_json_get(v, argv[2], &member)) {
    rewrite(member, out);
  } else {
    aisopod_json_add(out, "none");
  }
}

int main(int argc, char **argv) {
  static char      line[1 << 20];
  aisopod_json_out out = {NULL, 0, 0, 0};
  if (argc < 2) return 2;
  while (fgets(line, sizeof line, stdin)) {
    const size_t len = strcspn(line, "\n") / 2;
    char        *text = (char *)malloc(len ? len : 1); /* exactly: a read beyond it is found */
    size_t       i;
    for (i = 0; i < len; i++) {
      unsigned byte = 0;
      if (sscanf(line + 2 * i, "%2x", &byte) != 1) return 2;
      text[i] = (char)byte;
    }
    answer(argc, argv, text, len, &out);
    printf("%.*s\n", (int)out.len, out.data);
    aisopod_json_free(&out);
    free(text);
  }
  return 0;
}
