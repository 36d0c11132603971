#define _GNU_SOURCE

#include "CPlatform.h"

#ifdef __linux__

int platform_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags) {
    return accept4(listener, address, length, flags);
}

#endif
