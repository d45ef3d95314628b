//! What hello.rs needs of aisopod/plugin.h. Members keep the order and size that the header has;
//! `bindgen plugin.h` makes all of it.
#![allow(dead_code)]

use std::ffi::{c_char, c_void};

pub type Status = i32;
pub const OK: Status = 0;
pub const E_FAIL: Status = -1;
pub const E_INVALID: Status = -2;
pub const F_INLINE: u32 = 2;

pub type Handler = unsafe extern "C" fn(user: *mut c_void, call: *const Call) -> Status;

#[repr(C)]
pub struct Payload {
    pub struct_size: u32,
    pub flags: u32,
    pub json: *const c_char,
    pub len: usize,
}

#[repr(C)]
pub struct Call {
    pub struct_size: u32,
    pub flags: u32,
    pub token: u64,
    pub timeout_ms: i64,
    pub kind: *const c_char,
    pub name: *const c_char,
    pub method: *const c_char,
    pub params: *const Payload,
    pub meta: *const c_char,
    pub meta_len: usize,
}

#[repr(C)]
pub struct Registration {
    pub struct_size: u32,
    pub flags: u32,
    pub kind: *const c_char,
    pub name: *const c_char,
    pub spec: *const Payload,
    pub handler: Handler,
    pub user: *mut c_void,
    pub release: Option<unsafe extern "C" fn(user: *mut c_void)>,
}

/// The beginning of the host table, up to the last function that is used here.
#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub private: *mut c_void,
    pub texts: [*const c_char; 5],
    pub get_interface: unsafe extern "C" fn(*const Host, *const c_char) -> *const c_void,
    pub get_config: unsafe extern "C" fn(*const Host, *mut *const Payload) -> Status,
    pub payload_release: unsafe extern "C" fn(*const Host, *const Payload),
    pub log: unsafe extern "C" fn(*const Host, *const c_void) -> Status,
    pub call_reply: unsafe extern "C" fn(*const Host, token: u64, *const Payload) -> Status,
}

#[repr(C)]
pub struct Api {
    pub struct_size: u32,
    pub reserved0: u32,
    pub private: *mut c_void,
    pub add: unsafe extern "C" fn(
        *const Api,
        *const Registration,
        token: *mut u64,
        err: *mut c_void,
    ) -> Status,
}

#[repr(C)]
pub struct Descriptor {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub abi_minor_min: u16,
    pub reserved0: u16,
    pub flags: u32,
    pub state_format: u32,
    pub reserved1: u32,
    pub id: *const c_char,
    pub version: *const c_char,
    pub build: *const c_char,
    pub create: unsafe extern "C" fn(*const Host, *mut *mut c_void, err: *mut c_void) -> Status,
    pub on_register: unsafe extern "C" fn(*mut c_void, *const Api, err: *mut c_void) -> Status,
    pub on_init: Option<unsafe extern "C" fn(*mut c_void, err: *mut c_void) -> Status>,
    pub on_shutdown: Option<unsafe extern "C" fn(*mut c_void, why: *const c_void)>,
    pub destroy: unsafe extern "C" fn(*mut c_void),
    pub on_config_changed:
        Option<unsafe extern "C" fn(*mut c_void, *const Payload, err: *mut c_void) -> Status>,
    pub save_state:
        Option<unsafe extern "C" fn(*mut c_void, writer: *const c_void, err: *mut c_void) -> Status>,
    pub restore_state:
        Option<unsafe extern "C" fn(*mut c_void, state: *const c_void, err: *mut c_void) -> Status>,
}

// The pointers lead to constants.
unsafe impl Sync for Descriptor {}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(std::mem::size_of::<Payload>() == 24);
    assert!(std::mem::size_of::<Call>() == 72);
    assert!(std::mem::size_of::<Registration>() == 56);
    assert!(std::mem::size_of::<Descriptor>() == 112);
};
