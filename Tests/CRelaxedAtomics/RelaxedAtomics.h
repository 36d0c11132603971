#pragma once

#include <stdatomic.h>
#include <stdlib.h>

// A whole number that several threads change, without any order of memory: as `Atomic` of Swift's Synchronization, relaxed.
struct relaxed_atomic {
    _Atomic(long) value;
};

static inline struct relaxed_atomic *_Nonnull relaxed_atomic_make(long value) {
    struct relaxed_atomic *atomic = malloc(sizeof *atomic);
    if (atomic == NULL) abort();
    atomic_init(&atomic->value, value);
    return atomic;
}

static inline void relaxed_atomic_free(struct relaxed_atomic *_Nonnull atomic) { free(atomic); }

static inline long relaxed_atomic_load(struct relaxed_atomic *_Nonnull atomic) {
    return atomic_load_explicit(&atomic->value, memory_order_relaxed);
}

static inline long relaxed_atomic_exchange(struct relaxed_atomic *_Nonnull atomic, long value) {
    return atomic_exchange_explicit(&atomic->value, value, memory_order_relaxed);
}

static inline long relaxed_atomic_add(struct relaxed_atomic *_Nonnull atomic, long value) {
    return atomic_fetch_add_explicit(&atomic->value, value, memory_order_relaxed) + value;
}
