#define _GNU_SOURCE

#include "CPlatform.h"

#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>

int platform_memory_file(const char *name) {
    return memfd_create(name, MFD_CLOEXEC);
}

int platform_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags) {
    return accept4(listener, address, length, flags);
}

int platform_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int platform_spawn_closing_from(posix_spawn_file_actions_t *actions, int first) {
#ifdef __GLIBC__
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
#else
    return ENOSYS;
#endif
}

void platform_share_heap(void) {
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, 1);
#endif
}

// A segment that nobody can write has no page of its own: what MADV_DONTNEED drops of it comes back from the file, or its
// cache, when it is needed. The kernel's own object (vDSO) has no name, as the program has none, but comes later.
struct release {
    uintptr_t page_size;
    int seen;
};

static int release_code(struct dl_phdr_info *object, size_t size, void *context) {
    struct release *state = context;
    if (state->seen++ > 0 && object->dlpi_name[0] == '\0') return 0;
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        uintptr_t mask = ~(state->page_size - 1);
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & mask;
        uintptr_t end = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void platform_release_code(void) {
    struct release state = {(uintptr_t)sysconf(_SC_PAGESIZE), 0};
    dl_iterate_phdr(release_code, &state);
}

// The signal handler is not written in Swift. Swift checks for overlapping accesses to a variable, and a handler that runs
// during an access to the same one would end the process.
static volatile int signal_writer = -1;
static uint64_t signals_seen;

static void note_signal(int number) {
    int before = errno;
    __atomic_fetch_or(&signals_seen, (uint64_t)1 << (number & 63), __ATOMIC_RELAXED);
    unsigned char byte = (unsigned char)number;
    if (write(signal_writer, &byte, 1) < 0) {
        // The pipe is full, so its reader wakes up anyway.
    }
    errno = before;
}

void platform_note_signals_in(int writer) {
    signal_writer = writer;
}

void platform_note_signal(int number) {
    signal(number, note_signal);
}

uint64_t platform_signals_seen(void) {
    return __atomic_load_n(&signals_seen, __ATOMIC_RELAXED);
}
