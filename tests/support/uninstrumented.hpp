// Code that the sanitizers must not see.
#pragma once

/// Marks a function that ThreadSanitizer neither checks nor learns from: it runs inside a signal
/// handler, or reads what another thread writes without wanting to order anything.
#if defined(__clang__)
#define PROMISSORY_UNINSTRUMENTED __attribute__((disable_sanitizer_instrumentation))
#else
#define PROMISSORY_UNINSTRUMENTED __attribute__((no_sanitize("thread,address,undefined")))
#endif

#if defined(__SANITIZE_THREAD__)
#define PROMISSORY_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define PROMISSORY_TSAN 1
#endif
#endif
