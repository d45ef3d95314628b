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

export const PayloadStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  json: pointer,
  len: 'size_t',
});

export const FailureStruct = koffi.struct({
  struct_size: 'uint32_t',
  status: 'int32_t',
  message: pointer,
  message_len: 'size_t',
  details: pointer,
  details_len: 'size_t',
});

export const ErrorStruct = koffi.struct({
  struct_size: 'uint32_t',
  status: 'int32_t',
  message: koffi.array('char', 504),
});

export const CallStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  token: 'uint64_t',
  timeout_ms: 'int64_t',
  kind: pointer,
  name: pointer,
  method: pointer,
  params: pointer,
  meta: pointer,
  meta_len: 'size_t',
});

export const ProgressStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  fraction: 'double',
  note: pointer,
  note_len: 'size_t',
});

export const CancellationStruct = koffi.struct({
  struct_size: 'uint32_t',
  status: 'int32_t',
  token: 'uint64_t',
});

export const ObserverStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  fn: pointer,
  user: pointer,
  release: pointer,
  reserved0: pointer,
});

export const RegistrationStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  kind: pointer,
  name: pointer,
  spec: pointer,
  fn: pointer,
  user: pointer,
  release: pointer,
});

export const EventStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  token: 'uint64_t',
  dropped: 'uint64_t',
  pattern: pointer,
  topic: pointer,
  source: pointer,
  payload: pointer,
  meta: pointer,
  meta_len: 'size_t',
});

export const SubscriptionStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  pattern: pointer,
  fn: pointer,
  user: pointer,
  release: pointer,
});

export const PublicationStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  parent: 'uint64_t',
  topic: pointer,
  payload: pointer,
});

export const ResponseStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  token: 'uint64_t',
  status: 'int32_t',
  reserved0: 'uint32_t',
  payload: pointer,
  failure: pointer,
});

export const RequestStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  parent: 'uint64_t',
  timeout_ms: 'int64_t',
  method: pointer,
  params: pointer,
  fn: pointer,
  user: pointer,
  release: pointer,
  reserved0: pointer,
});

export const TaskStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  token: 'uint64_t',
});

export const PostStruct = koffi.struct({
  struct_size: 'uint32_t',
  flags: 'uint32_t',
  parent: 'uint64_t',
  delay_ms: 'int64_t',
  name: pointer,
  fn: pointer,
  user: pointer,
  release: pointer,
});

export const LogRecordStruct = koffi.struct({
  struct_size: 'uint32_t',
  level: 'int32_t',
  parent: 'uint64_t',
  message: pointer,
  message_len: 'size_t',
  fields: pointer,
  fields_len: 'size_t',
});

export const HostStruct = koffi.struct({
  struct_size: 'uint32_t',
  abi_major: 'uint16_t',
  abi_minor: 'uint16_t',
  impl: pointer,
  host_name: pointer,
  host_version: pointer,
  plugin_id: pointer,
  plugin_dir: pointer,
  data_dir: pointer,
  get_interface: pointer,
  get_config: pointer,
  payload_release: pointer,
  log: pointer,
  call_reply: pointer,
  call_fail: pointer,
  call_chunk: pointer,
  call_progress: pointer,
  call_check: pointer,
  call_remaining_ms: pointer,
  call_on_cancel: pointer,
  request: pointer,
  request_wait: pointer,
  response_release: pointer,
  publish: pointer,
  post: pointer,
  cancel: pointer,
});

export const ApiStruct = koffi.struct({
  struct_size: 'uint32_t',
  reserved0: 'uint32_t',
  impl: pointer,
  add: pointer,
  subscribe: pointer,
});

export const ShutdownStruct = koffi.struct({
  struct_size: 'uint32_t',
  reason: 'int32_t',
  timeout_ms: 'int64_t',
});

export const WriterStruct = koffi.struct({
  struct_size: 'uint32_t',
  reserved0: 'uint32_t',
  impl: pointer,
  write: pointer,
});

export const StateStruct = koffi.struct({
  struct_size: 'uint32_t',
  format: 'uint32_t',
  version: pointer,
  build: pointer,
  data: pointer,
  len: 'size_t',
});

export const DescriptorStruct = koffi.struct({
  struct_size: 'uint32_t',
  abi_major: 'uint16_t',
  abi_minor: 'uint16_t',
  abi_minor_min: 'uint16_t',
  reserved0: 'uint16_t',
  flags: 'uint32_t',
  state_format: 'uint32_t',
  reserved1: 'uint32_t',
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
});

export const QueryStruct = koffi.struct({
  struct_size: 'uint32_t',
  abi_major: 'uint16_t',
  abi_minor: 'uint16_t',
  host_name: 'str',
  host_version: 'str',
  plugin_id: 'str',
  plugin_dir: 'str',
});

/** What sizeof(aisopod_plugin_desc) was in 1.0; a descriptor is never smaller. Bytes. */
export const DESCRIPTOR_SIZE_1_0 =
  koffi.offsetof(DescriptorStruct, 'restore_state') + koffi.sizeof(pointer);

/** The bytes of a descriptor of 1.0, and those with which one of any major begins: to be read at once. */
export const DescriptorBytes = koffi.array('uint8_t', DESCRIPTOR_SIZE_1_0, 'Typed');
export const DescriptorHead = koffi.array('uint8_t', 8, 'Typed');

/** Every struct under the name that it has in plugin.h. */
export const STRUCTS: Readonly<Record<string, TypeObject>> = {
  aisopod_payload: PayloadStruct,
  aisopod_failure: FailureStruct,
  aisopod_error: ErrorStruct,
  aisopod_call: CallStruct,
  aisopod_progress: ProgressStruct,
  aisopod_cancellation: CancellationStruct,
  aisopod_observer: ObserverStruct,
  aisopod_registration: RegistrationStruct,
  aisopod_event: EventStruct,
  aisopod_subscription: SubscriptionStruct,
  aisopod_publication: PublicationStruct,
  aisopod_response: ResponseStruct,
  aisopod_request: RequestStruct,
  aisopod_task: TaskStruct,
  aisopod_post: PostStruct,
  aisopod_log_record: LogRecordStruct,
  aisopod_host: HostStruct,
  aisopod_api: ApiStruct,
  aisopod_shutdown: ShutdownStruct,
  aisopod_writer: WriterStruct,
  aisopod_state: StateStruct,
  aisopod_plugin_desc: DescriptorStruct,
  aisopod_query: QueryStruct,
};
