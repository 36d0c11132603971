// File calls of Linux that glibc's module does not show to Swift. Wrappers only: no logic.
#ifndef CPLATFORM_FILES_H
#define CPLATFORM_FILES_H

#if defined(__linux__)
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static inline int cplatform_renameat2_noreplace(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

// memfd_create(2): a file in memory without a name in any folder; not closed by exec.
int platform_memory_file(const char *name);

static inline ssize_t cplatform_copy_file_range(int from, int to, size_t length) {
    return (ssize_t)syscall(SYS_copy_file_range, from, (void *)0, to, (void *)0, length, 0u);
}
#endif

#endif
