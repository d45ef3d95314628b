/* Prints the layout of every struct of plugin.h as the compiler sees it: struct, member, offset and
 * size in bytes, separated by tabs; a line with the member "-" gives the size of the whole. */
#include <stdio.h>

#include "aisopod/plugin.h"

#define WHOLE(S)     printf("%s\t-\t0\t%zu\n", #S, sizeof(S))
#define MEMBER(S, m) printf("%s\t%s\t%zu\t%zu\n", #S, #m, offsetof(S, m), sizeof(((S *)0)->m))

int main(void) {
  WHOLE(aisopod_error);
  MEMBER(aisopod_error, struct_size);
  MEMBER(aisopod_error, code);
  MEMBER(aisopod_error, message);

  WHOLE(aisopod_buf);
  MEMBER(aisopod_buf, data);
  MEMBER(aisopod_buf, len);
  MEMBER(aisopod_buf, owner);

  WHOLE(aisopod_writer);
  MEMBER(aisopod_writer, struct_size);
  MEMBER(aisopod_writer, reserved0);
  MEMBER(aisopod_writer, ctx);
  MEMBER(aisopod_writer, write);

  WHOLE(aisopod_request);
  MEMBER(aisopod_request, struct_size);
  MEMBER(aisopod_request, flags);
  MEMBER(aisopod_request, call);
  MEMBER(aisopod_request, method);
  MEMBER(aisopod_request, name);
  MEMBER(aisopod_request, params);
  MEMBER(aisopod_request, params_len);
  MEMBER(aisopod_request, meta);
  MEMBER(aisopod_request, meta_len);
  MEMBER(aisopod_request, timeout_ms);

  WHOLE(aisopod_registration);
  MEMBER(aisopod_registration, struct_size);
  MEMBER(aisopod_registration, flags);
  MEMBER(aisopod_registration, kind);
  MEMBER(aisopod_registration, name);
  MEMBER(aisopod_registration, spec);
  MEMBER(aisopod_registration, spec_len);
  MEMBER(aisopod_registration, handler);
  MEMBER(aisopod_registration, user);
  MEMBER(aisopod_registration, release);

  WHOLE(aisopod_event);
  MEMBER(aisopod_event, struct_size);
  MEMBER(aisopod_event, flags);
  MEMBER(aisopod_event, dropped);
  MEMBER(aisopod_event, topic);
  MEMBER(aisopod_event, source);
  MEMBER(aisopod_event, json);
  MEMBER(aisopod_event, len);

  WHOLE(aisopod_subscription);
  MEMBER(aisopod_subscription, struct_size);
  MEMBER(aisopod_subscription, flags);
  MEMBER(aisopod_subscription, topic_glob);
  MEMBER(aisopod_subscription, fn);
  MEMBER(aisopod_subscription, user);
  MEMBER(aisopod_subscription, release);

  WHOLE(aisopod_response);
  MEMBER(aisopod_response, struct_size);
  MEMBER(aisopod_response, flags);
  MEMBER(aisopod_response, ask);
  MEMBER(aisopod_response, status);
  MEMBER(aisopod_response, reserved0);
  MEMBER(aisopod_response, json);
  MEMBER(aisopod_response, len);
  MEMBER(aisopod_response, message);
  MEMBER(aisopod_response, details);

  WHOLE(aisopod_ask);
  MEMBER(aisopod_ask, struct_size);
  MEMBER(aisopod_ask, flags);
  MEMBER(aisopod_ask, parent);
  MEMBER(aisopod_ask, timeout_ms);
  MEMBER(aisopod_ask, method);
  MEMBER(aisopod_ask, params);
  MEMBER(aisopod_ask, params_len);
  MEMBER(aisopod_ask, fn);
  MEMBER(aisopod_ask, user);
  MEMBER(aisopod_ask, release);

  WHOLE(aisopod_host);
  MEMBER(aisopod_host, struct_size);
  MEMBER(aisopod_host, abi_major);
  MEMBER(aisopod_host, abi_minor);
  MEMBER(aisopod_host, impl);
  MEMBER(aisopod_host, host_name);
  MEMBER(aisopod_host, host_version);
  MEMBER(aisopod_host, plugin_dir);
  MEMBER(aisopod_host, data_dir);
  MEMBER(aisopod_host, log);
  MEMBER(aisopod_host, get_interface);
  MEMBER(aisopod_host, buf_release);
  MEMBER(aisopod_host, config);
  MEMBER(aisopod_host, call_reply);
  MEMBER(aisopod_host, call_fail);
  MEMBER(aisopod_host, call_chunk);
  MEMBER(aisopod_host, call_progress);
  MEMBER(aisopod_host, call_check);
  MEMBER(aisopod_host, call_remaining_ms);
  MEMBER(aisopod_host, call_on_cancel);
  MEMBER(aisopod_host, emit);
  MEMBER(aisopod_host, request);
  MEMBER(aisopod_host, request_wait);
  MEMBER(aisopod_host, request_cancel);
  MEMBER(aisopod_host, post);

  WHOLE(aisopod_api);
  MEMBER(aisopod_api, struct_size);
  MEMBER(aisopod_api, reserved0);
  MEMBER(aisopod_api, impl);
  MEMBER(aisopod_api, add);
  MEMBER(aisopod_api, subscribe);

  WHOLE(aisopod_plugin_desc);
  MEMBER(aisopod_plugin_desc, struct_size);
  MEMBER(aisopod_plugin_desc, abi_major);
  MEMBER(aisopod_plugin_desc, abi_minor);
  MEMBER(aisopod_plugin_desc, abi_minor_min);
  MEMBER(aisopod_plugin_desc, reserved0);
  MEMBER(aisopod_plugin_desc, flags);
  MEMBER(aisopod_plugin_desc, id);
  MEMBER(aisopod_plugin_desc, version);
  MEMBER(aisopod_plugin_desc, build);
  MEMBER(aisopod_plugin_desc, create);
  MEMBER(aisopod_plugin_desc, on_register);
  MEMBER(aisopod_plugin_desc, on_init);
  MEMBER(aisopod_plugin_desc, on_shutdown);
  MEMBER(aisopod_plugin_desc, destroy);
  MEMBER(aisopod_plugin_desc, on_config_changed);
  MEMBER(aisopod_plugin_desc, save_state);
  MEMBER(aisopod_plugin_desc, restore_state);
  MEMBER(aisopod_plugin_desc, get_interface);

  return 0;
}
