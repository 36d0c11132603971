// File calls of Linux that glibc's module does not show to Swift. Wrappers only: no logic.
#ifndef CPLATFORM_FILES_H
#define CPLATFORM_FILES_H

#if defined(__linux__)
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

static inline int cplatform_renameat2_noreplace(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

// memfd_create(2): a file in memory without a name in any folder; not closed by exec.
int platform_memory_file(const char *name);

static inline ssize_t cplatform_copy_file_range(int from, int to, size_t length) {
    return (ssize_t)syscall(SYS_copy_file_range, from, (void *)0, to, (void *)0, length, 0u);
}

static inline ssize_t platform_get_attribute(const char *path, const char *name, void *value, size_t size) {
    return getxattr(path, name, value, size);
}

// man 2 setfsuid: to the kernel, who uses files is a matter of the thread; what the libc has for groups changes all threads.
static inline void platform_use_files_as(uid_t user, gid_t group, size_t count, const gid_t *groups) {
    syscall(SYS_setgroups, count, groups);
    syscall(SYS_setfsgid, group);
    syscall(SYS_setfsuid, user);
}

// man 2 faccessat2, AT_EACCESS: as who uses files in this thread; needs Linux 5.8, and glibc has no wrapper.
static inline int platform_access_of_thread(const char *path, int mode) {
    return (int)syscall(439 /* SYS_faccessat2 */, AT_FDCWD, path, mode, 0x200 /* AT_EACCESS */);
}
#endif

#endif
