// File calls of Linux that glibc's module does not show to Swift. Wrappers only: no logic.
#ifndef CPLATFORM_FILES_H
#define CPLATFORM_FILES_H

#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <unistd.h>

static inline int platform_rename_to_free(int from_folder, const char *from, int to_folder, const char *to) {
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, RENAME_NOREPLACE);
}

// man 2 openat2: needs Linux 5.6, and glibc has no wrapper. `resolve` is RESOLVE_NO_SYMLINKS (4) and RESOLVE_BENEATH (8).
static inline int platform_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve) {
    struct { uint64_t flags, mode, resolve; } how = {flags, 0, resolve};
    return (int)syscall(437 /* SYS_openat2 */, folder, path, &how, sizeof how);
}
static inline uint64_t platform_flags_of_folder_handle(void) { return 010000000 /* O_PATH, which needs _GNU_SOURCE */ | O_DIRECTORY | O_CLOEXEC; }
static inline int platform_flags_of_place_handle(void) { return 010000000 /* O_PATH */ | O_CLOEXEC; }

// man 2 execveat, for the file of that name in an open folder, which is not followed should it be a link.
static inline int platform_execute_in_folder(int folder, const char *name, char *const *arguments, char *const *variables) {
    return (int)syscall(SYS_execveat, folder, name, arguments, variables, AT_SYMLINK_NOFOLLOW);
}

// memfd_create(2): a file in memory without a name in any folder.
int platform_memory_file(const char *name);

static inline ssize_t platform_copy_file_range(int from, int to, size_t length) {
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
