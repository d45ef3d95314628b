// The face of the core: what the addon, the runner and the tests may use.
#pragma once

#include "core/calls/trace_id.h"
#include "core/environment/environment.h"
#include "core/environment/message.h"
#include "core/instance/instance.h"
#include "core/json/check.h"
#include "core/limits.h"
#include "core/opening/opener.h"
#include "core/process/close_on_exec.h"
#include "core/process/file_lock.h"
#include "core/process/process_state.h"
#include "core/threads/ledger.h"
