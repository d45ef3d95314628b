/* The descriptor without a convenience, constant and by designation: C99, and C++20 with the same
 * text. Only the ABI is included. */
#define AISOPOD_NO_INLINE
#include "aisopod/plugin.h"

#ifdef AISOPOD_DESCRIBE
#  error "AISOPOD_NO_INLINE left the conveniences in"
#endif

static aisopod_status AISOPOD_ABI create(const aisopod_host *host, aisopod_plugin **out,
                                         aisopod_error *err) {
  (void)host;
  (void)out;
  (void)err;
  return AISOPOD_E_FAIL;
}

static aisopod_status AISOPOD_ABI on_register(aisopod_plugin *self, const aisopod_api *api,
                                              aisopod_error *err) {
  (void)self;
  (void)api;
  (void)err;
  return AISOPOD_OK;
}

static void AISOPOD_ABI destroy(aisopod_plugin *self) { (void)self; }

static const aisopod_plugin_desc desc = {
    .struct_size = sizeof(aisopod_plugin_desc),
    .abi_major = AISOPOD_ABI_MAJOR,
    .abi_minor = AISOPOD_TARGET_MINOR,
    .abi_minor_min = 0,
    .reserved0 = 0,
    .flags = 0,
    .state_format = 0,
    .reserved1 = 0,
    .id = "designated",
    .version = "1.0.0",
    .build = NULL,
    .create = create,
    .on_register = on_register,
    .on_init = NULL,
    .on_shutdown = NULL,
    .destroy = destroy,
    .on_config_changed = NULL,
    .save_state = NULL,
    .restore_state = NULL,
};

AISOPOD_EXPORT const aisopod_plugin_desc *AISOPOD_ABI AISOPOD_ENTRY(const aisopod_query *query) {
  return query->abi_minor >= desc.abi_minor_min ? &desc : NULL;
}
