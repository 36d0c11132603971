#define _GNU_SOURCE

#include "CPlatform.h"

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
