// What tells one state of a file from another, as src/home/state/fingerprint.ts keeps it, and
// whether a folder is private. Node.js makes an object with four dates to say as much, which takes
// longer than to ask the system.
#pragma once

#include <napi.h>

namespace aisopod_addon {

#if !defined(_WIN32)
// isUnchanged(path, prints, at, follow) -> whether it is there with the fingerprint that begins
// there
Napi::Value is_unchanged(const Napi::CallbackInfo& info);

// unchangedFolders(paths, names, prints) -> for each folder 1 if it and all that is named in it are
// as their fingerprints say, else 0. It asks the system once for each, in one call.
Napi::Value unchanged_folders(const Napi::CallbackInfo& info);

// isPrivateFolder(path) -> whether a folder is there, or a link to one, that is this user's with
// mode 0700
Napi::Value is_private_folder(const Napi::CallbackInfo& info);
#endif

}  // namespace aisopod_addon
