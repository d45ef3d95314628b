/**
 * The structs of plugin.h for koffi, member by member. A second face of this folder: it imports
 * koffi, which nothing needs before a native plugin is opened, so index.ts leaves it out.
 *
 * Types are defined once, at module level, since koffi never frees one; without a name, since koffi
 * keeps names once per process and two copies of this package may share it. Function members are
 * plain pointers: only native code calls them. A test compares every offset with the compiler's.
 */
import koffi, { type TypeObject } from 'koffi';

const pointer = koffi.pointer('void');

export const ErrorStruct = koffi.struct({
  struct_size: 'uint32_t',
  code: 'int32_t',
  message: koffi.array('char', 504),
});

export const BufStruct = koffi.struct({ data: pointer, len: 'size_t', owner: pointer });

export const WriterStruct = koffi.struct({
  struct_size: 'uint32_t',
  reserved0: 'uint32_t',
  ctx: pointer,
  write: pointer,
});

export const RequestStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  call: 'uint64_t',
  method: pointer,
  name: pointer,
  params: pointer,
  params_len: 'size_t',
  meta: pointer,
  meta_len: 'size_t',
  timeout_ms: 'int64_t',
});

export const RegistrationStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  kind: pointer,
  name: pointer,
  spec: pointer,
  spec_len: 'size_t',
  handler: pointer,
  user: pointer,
  release: pointer,
});

export const EventStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  dropped: 'uint64_t',
  topic: pointer,
  source: pointer,
  json: pointer,
  len: 'size_t',
});

export const SubscriptionStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  topic_glob: pointer,
  fn: pointer,
  user: pointer,
  release: pointer,
});

export const ResponseStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  ask: 'uint64_t',
  status: 'int32_t',
  reserved0: 'uint32_t',
  json: pointer,
  len: 'size_t',
  message: pointer,
  details: pointer,
});

export const AskStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  parent: 'uint64_t',
  timeout_ms: 'int64_t',
  method: pointer,
  params: pointer,
  params_len: 'size_t',
  fn: pointer,
  user: pointer,
  release: pointer,
});

export const HostStruct = koffi.struct({
  struct_size: 'uint32_t',
  abi_major: 'uint16_t',
  abi_minor: 'uint16_t',
  impl: pointer,
  host_name: pointer,
  host_version: pointer,
  plugin_dir: pointer,
  data_dir: pointer,
  log: pointer,
  get_interface: pointer,
  buf_release: pointer,
  config: pointer,
  call_reply: pointer,
  call_fail: pointer,
  call_chunk: pointer,
  call_progress: pointer,
  call_check: pointer,
  call_remaining_ms: pointer,
  call_on_cancel: pointer,
  emit: pointer,
  request: pointer,
  request_wait: pointer,
  request_cancel: pointer,
  post: pointer,
});

export const ApiStruct = koffi.struct({
  struct_size: 'uint32_t',
  reserved0: 'uint32_t',
  impl: pointer,
  add: pointer,
  subscribe: pointer,
});

export const DescriptorStruct = koffi.struct({
  struct_size: 'uint32_t',
  abi_major: 'uint16_t',
  abi_minor: 'uint16_t',
  abi_minor_min: 'uint16_t',
  reserved0: 'uint16_t',
  flags: 'uint32_t',
  id: pointer,
  version: pointer,
  build: pointer,
  create: pointer,
  on_register: pointer,
  on_init: pointer,
  on_shutdown: pointer,
  destroy: pointer,
  on_config_changed: pointer,
  save_state: pointer,
  restore_state: pointer,
  get_interface: pointer,
});

/** aisopod_plugin_v1(). */
export const EntryFunction = koffi.proto('void *', []);

/** The addon's function that runs a task. */
export const TaskFunction = koffi.proto('void', [pointer]);

/** What sizeof(aisopod_plugin_desc) was in 1.0; a descriptor is never smaller. Bytes. */
export const DESCRIPTOR_SIZE_1_0 =
  koffi.offsetof(DescriptorStruct, 'get_interface') + koffi.sizeof(pointer);

/** The bytes of a descriptor of 1.0, and those with which one of any major begins: to be read at once. */
export const DescriptorBytes = koffi.array('uint8_t', DESCRIPTOR_SIZE_1_0, 'Typed');
export const DescriptorHead = koffi.array('uint8_t', 8, 'Typed');

/** Every struct under the name that it has in plugin.h. */
export const STRUCTS: Readonly<Record<string, TypeObject>> = {
  aisopod_error: ErrorStruct,
  aisopod_buf: BufStruct,
  aisopod_writer: WriterStruct,
  aisopod_request: RequestStruct,
  aisopod_registration: RegistrationStruct,
  aisopod_event: EventStruct,
  aisopod_subscription: SubscriptionStruct,
  aisopod_response: ResponseStruct,
  aisopod_ask: AskStruct,
  aisopod_host: HostStruct,
  aisopod_api: ApiStruct,
  aisopod_plugin_desc: DescriptorStruct,
};
