// Calls about sockets.
#ifndef CPLATFORM_SOCKETS_H
#define CPLATFORM_SOCKETS_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

// unix(7), SO_PEERCRED: the process, the user and the group that connected; the structure needs _GNU_SOURCE.
static inline int platform_peer(int socket, int32_t peer[3]) {
    socklen_t length = 3 * sizeof(int32_t);
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, peer, &length);
}

// man 2 accept4
int platform_accept4(int listener, struct sockaddr *address, socklen_t *length, int flags);

// MARK: Datagrams (ip(7))

// man 7 netdevice: an interface that is up, takes multicasts, and is not the loopback one.
static inline bool platform_takes_multicasts(unsigned int flags) {
    return (flags & (IFF_UP | IFF_MULTICAST | IFF_LOOPBACK)) == (IFF_UP | IFF_MULTICAST);
}

static inline int platform_join_group(int socket, uint32_t group, int interface) {
    struct ip_mreqn request = {{group}, {0}, interface};
    return setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
}

static inline int platform_set_ip_option(int socket, int option, int value) {
    return setsockopt(socket, IPPROTO_IP, option, &value, sizeof value);
}
static inline int platform_set_multicast_hops(int socket, int hops) {
    return platform_set_ip_option(socket, IP_MULTICAST_TTL, hops);
}
// Without it a socket gets what anybody on this machine has joined; 49 is IP_MULTICAST_ALL.
static inline int platform_take_joined_groups_only(int socket) { return platform_set_ip_option(socket, 49, 0); }
static inline int platform_tell_interface(int socket) { return platform_set_ip_option(socket, IP_PKTINFO, 1); }

// Sends from one of this machine's addresses; `interface` is 0 where routing decides.
static inline ssize_t platform_send_datagram(
    int socket, const void *bytes, size_t count, struct sockaddr_in *to, uint32_t from, int interface) {
    struct in_pktinfo information = {.ipi_ifindex = interface, .ipi_spec_dst = {from}};
    union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))]; } control;
    struct iovec part = {(void *)bytes, count};
    struct msghdr message = {
        .msg_name = to, .msg_namelen = sizeof *to, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control};
    memset(&control, 0, sizeof control);
    control.header.cmsg_level = IPPROTO_IP;
    control.header.cmsg_type = IP_PKTINFO;
    control.header.cmsg_len = CMSG_LEN(sizeof information);
    memcpy(CMSG_DATA(&control.header), &information, sizeof information);
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

// Never waits; returns the whole length of a datagram also where the buffer is shorter (MSG_TRUNC).
static inline ssize_t platform_receive_datagram(
    int socket, void *bytes, size_t count, struct sockaddr_in *from, int *interface) {
    union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))]; } control;
    struct iovec part = {bytes, count};
    struct msghdr message = {
        .msg_name = from, .msg_namelen = sizeof *from, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length = recvmsg(socket, &message, MSG_TRUNC | MSG_DONTWAIT);
    struct cmsghdr *header = length < 0 ? NULL : CMSG_FIRSTHDR(&message);
    struct in_pktinfo information = {0};
    if (header && header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO)
        memcpy(&information, CMSG_DATA(header), sizeof information);
    *interface = information.ipi_ifindex;
    return length;
}

#endif
