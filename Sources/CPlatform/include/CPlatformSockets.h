// Calls about sockets.
#ifndef CPLATFORM_SOCKETS_H
#define CPLATFORM_SOCKETS_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

// unix(7), SO_PEERCRED: the process, the user and the group that connected; the structure needs _GNU_SOURCE.
static inline int platform_peer(int socket, int32_t peer[3]) {
    socklen_t length = 3 * sizeof(int32_t);
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, peer, &length);
}

// man 2 accept4
int platform_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);

#endif
