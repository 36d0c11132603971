// Calls about sockets.
#ifndef CPLATFORM_SOCKETS_H
#define CPLATFORM_SOCKETS_H

#include <sys/epoll.h>
#include <sys/socket.h>

// man 2 accept4
int platform_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);

#endif
