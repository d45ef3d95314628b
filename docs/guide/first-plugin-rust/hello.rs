//! A plugin in Rust: `rustc --edition 2021 --crate-type cdylib -o libhello.so hello.rs`.

mod abi;

use abi::*;
use std::ffi::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::{mem, ptr, slice, str};

/// One instance; no globals.
struct Plugin {
    host: *const Host,
}

/// No panic leaves the plugin: it becomes a status.
fn guarded(body: impl FnOnce() -> Status) -> Status {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(E_FAIL)
}

/// The text of the member "name". A real plugin reads JSON with a crate such as serde_json.
fn name_of(json: &str) -> Option<&str> {
    let (_, rest) = json.split_once("\"name\":\"")?;
    rest.split_once('"').map(|(name, _)| name)
}

unsafe extern "C" fn greet(user: *mut c_void, call: *const Call) -> Status {
    guarded(|| unsafe {
        let host = &*(*(user as *const Plugin)).host;
        let params = &*(*call).params;
        let json = slice::from_raw_parts(params.json as *const u8, params.len);
        let Some(name) = str::from_utf8(json).ok().and_then(name_of) else {
            return E_INVALID;
        };
        let reply = format!("\"Hello, {name}!\"");
        let payload = Payload {
            struct_size: mem::size_of::<Payload>() as u32,
            flags: 0,
            json: reply.as_ptr() as *const c_char,
            len: reply.len(),
        };
        (host.call_reply)(host, (*call).token, &payload)
    })
}

unsafe extern "C" fn create(
    host: *const Host,
    out: *mut *mut c_void,
    _err: *mut c_void,
) -> Status {
    guarded(|| unsafe {
        *out = Box::into_raw(Box::new(Plugin { host })) as *mut c_void;
        OK
    })
}

unsafe extern "C" fn on_register(
    plugin: *mut c_void,
    api: *const Api,
    err: *mut c_void,
) -> Status {
    const SPEC: &str = r#"{"description":"Greet someone by name","parameters":{"type":"object",
        "properties":{"name":{"type":"string"}},"required":["name"]}}"#;
    guarded(|| unsafe {
        let spec = Payload {
            struct_size: mem::size_of::<Payload>() as u32,
            flags: 0,
            json: SPEC.as_ptr() as *const c_char,
            len: SPEC.len(),
        };
        let registration = Registration {
            struct_size: mem::size_of::<Registration>() as u32,
            flags: F_INLINE,
            kind: c"tool".as_ptr(),
            name: c"greet".as_ptr(),
            spec: &spec,
            handler: greet,
            user: plugin,
            release: None,
        };
        ((*api).add)(api, &registration, ptr::null_mut(), err)
    })
}

unsafe extern "C" fn destroy(plugin: *mut c_void) {
    drop(unsafe { Box::from_raw(plugin as *mut Plugin) });
}

static DESCRIPTOR: Descriptor = Descriptor {
    struct_size: mem::size_of::<Descriptor>() as u32,
    abi_major: 1,
    abi_minor: 0,
    abi_minor_min: 0,
    reserved0: 0,
    flags: 0,
    state_format: 0,
    reserved1: 0,
    id: c"hello".as_ptr(),
    version: c"1.0.0".as_ptr(),
    build: ptr::null(),
    create,
    on_register,
    on_init: None,
    on_shutdown: None,
    destroy,
    on_config_changed: None,
    save_state: None,
    restore_state: None,
};

/// The one function that a plugin exports.
#[no_mangle]
pub extern "C" fn aisopod_plugin_v1(_query: *const c_void) -> *const Descriptor {
    &DESCRIPTOR
}
