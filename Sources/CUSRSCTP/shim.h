#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <usrsctp.h>

// What Swift would need unsafe pointer casts for: socket options and addresses of the AF_CONN family, whose address is
// an opaque number that the lower layer hands back.

typedef int (*usrsctp_receive_callback)(
    struct socket *, union sctp_sockstore, void *, size_t, struct sctp_rcvinfo, int, void *);

static inline struct sockaddr_conn usrsctp_conn_address(uintptr_t id, uint16_t port) {
    struct sockaddr_conn address;
    memset(&address, 0, sizeof(address));
    address.sconn_family = AF_CONN;
    address.sconn_port = htons(port);
    address.sconn_addr = (void *)id;
    return address;
}

static inline int usrsctp_set_event(struct socket *socket, uint16_t type) {
    struct sctp_event event;
    memset(&event, 0, sizeof(event));
    event.se_assoc_id = SCTP_ALL_ASSOC;
    event.se_type = type;
    event.se_on = 1;
    return usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_EVENT, &event, sizeof(event));
}

/// A socket for one association of data channels, bound to `id` and `port`; NULL if it cannot be made.
static inline struct socket *usrsctp_open_conn_socket(
    uintptr_t id, uint16_t port, uint16_t streams, usrsctp_receive_callback receive) {
    struct socket *socket =
        usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, receive, NULL, 0, (void *)id);
    if (socket == NULL) {
        return NULL;
    }
    struct linger abort_on_close = {.l_onoff = 1, .l_linger = 0};
    struct sctp_assoc_value reset = {.assoc_id = SCTP_ALL_ASSOC, .assoc_value = SCTP_ENABLE_RESET_STREAM_REQ};
    uint32_t no_delay = 1;
    struct sctp_initmsg init;
    memset(&init, 0, sizeof(init));
    init.sinit_num_ostreams = streams;
    init.sinit_max_instreams = streams;
    struct sockaddr_conn address = usrsctp_conn_address(id, port);
    if (usrsctp_set_non_blocking(socket, 1) < 0
        || usrsctp_setsockopt(socket, SOL_SOCKET, SO_LINGER, &abort_on_close, sizeof(abort_on_close)) < 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, &reset, sizeof(reset)) < 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_NODELAY, &no_delay, sizeof(no_delay)) < 0
        || usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_INITMSG, &init, sizeof(init)) < 0
        || usrsctp_set_event(socket, SCTP_ASSOC_CHANGE) < 0
        || usrsctp_set_event(socket, SCTP_STREAM_RESET_EVENT) < 0
        || usrsctp_bind(socket, (struct sockaddr *)&address, sizeof(address)) < 0) {
        usrsctp_close(socket);
        return NULL;
    }
    return socket;
}

/// Sends INIT, then fixes the packet size and turns heartbeats off, which has an effect only once there is an
/// association.
static inline int usrsctp_connect_conn_socket(
    struct socket *socket, uintptr_t id, uint16_t port, uint32_t path_mtu) {
    struct sockaddr_conn address = usrsctp_conn_address(id, port);
    if (usrsctp_connect(socket, (struct sockaddr *)&address, sizeof(address)) < 0 && errno != EINPROGRESS) {
        return -1;
    }
    struct sctp_paddrparams path;
    memset(&path, 0, sizeof(path));
    memcpy(&path.spp_address, &address, sizeof(address));
    path.spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE;
    path.spp_pathmtu = path_mtu;
    return usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, &path, sizeof(path));
}

/// Sends one message; `max_retransmits` below zero means reliably. Returns -1 and sets errno if it was not taken.
static inline ssize_t usrsctp_send_message(
    struct socket *socket, const void *data, size_t length, uint16_t stream, uint32_t ppid, int unordered,
    int32_t max_retransmits) {
    struct sctp_sendv_spa info;
    memset(&info, 0, sizeof(info));
    info.sendv_flags = SCTP_SEND_SNDINFO_VALID;
    info.sendv_sndinfo.snd_sid = stream;
    info.sendv_sndinfo.snd_ppid = htonl(ppid);
    info.sendv_sndinfo.snd_flags = SCTP_EOR | (unordered ? SCTP_UNORDERED : 0);
    if (max_retransmits >= 0) {
        info.sendv_flags |= SCTP_SEND_PRINFO_VALID;
        info.sendv_prinfo.pr_policy = SCTP_PR_SCTP_RTX;
        info.sendv_prinfo.pr_value = (uint32_t)max_retransmits;
    }
    return usrsctp_sendv(socket, data, length, NULL, 0, &info, sizeof(info), SCTP_SENDV_SPA, 0);
}

/// Resets our direction of one stream. Returns -1 and sets errno if that is not possible now.
static inline int usrsctp_reset_outgoing_stream(struct socket *socket, uint16_t stream) {
    union {
        struct sctp_reset_streams request;
        uint8_t bytes[sizeof(struct sctp_reset_streams) + sizeof(uint16_t)];
    } reset;
    memset(&reset, 0, sizeof(reset));
    reset.request.srs_assoc_id = SCTP_ALL_ASSOC;
    reset.request.srs_flags = SCTP_STREAM_RESET_OUTGOING;
    reset.request.srs_number_streams = 1;
    memcpy(reset.bytes + sizeof(struct sctp_reset_streams), &stream, sizeof(stream));
    socklen_t length = (socklen_t)(sizeof(struct sctp_reset_streams) + sizeof(uint16_t));
    return usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, &reset, length);
}
