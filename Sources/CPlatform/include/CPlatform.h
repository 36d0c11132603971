// The few libc calls that Swift cannot import. Wrappers only: no logic.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#ifdef __linux__

#include <sys/epoll.h>
#include <sys/socket.h>

// man 2 accept4
int platform_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);

#endif

#endif
