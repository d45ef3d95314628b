// What clang's analysis of thread safety reads: see mutex.h, and
// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html. Empty for other compilers.
#pragma once

#if defined(__clang__)
#  define AISOPOD_THREAD_ANNOTATION(what) __attribute__((what))
#else
#  define AISOPOD_THREAD_ANNOTATION(what)
#endif

// Of classes: a mutex; a lock that holds one as long as it lives.
#define AISOPOD_CAPABILITY(name)  AISOPOD_THREAD_ANNOTATION(capability(name))
#define AISOPOD_SCOPED_CAPABILITY AISOPOD_THREAD_ANNOTATION(scoped_lockable)

// Of members: read and written with this mutex held only; and of pointers: what they point to is.
#define AISOPOD_GUARDED_BY(mutex)    AISOPOD_THREAD_ANNOTATION(guarded_by(mutex))
#define AISOPOD_PT_GUARDED_BY(mutex) AISOPOD_THREAD_ANNOTATION(pt_guarded_by(mutex))

// Of functions: called with the mutex held; never called with it held, since the function locks it
// or runs code of a plugin.
#define AISOPOD_REQUIRES(...) AISOPOD_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define AISOPOD_EXCLUDES(...) AISOPOD_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))

// Of functions of locks.
#define AISOPOD_ACQUIRE(...)     AISOPOD_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define AISOPOD_RELEASE(...)     AISOPOD_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define AISOPOD_TRY_ACQUIRE(...) AISOPOD_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))

// Of functions that the analysis must not look into; each says why.
#define AISOPOD_NO_THREAD_SAFETY_ANALYSIS AISOPOD_THREAD_ANNOTATION(no_thread_safety_analysis)
