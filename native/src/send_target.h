// Where one peer's datagrams go, and from which of this machine's addresses.
#ifndef LIVE_WEBRTC_SEND_TARGET_H_
#define LIVE_WEBRTC_SEND_TARGET_H_

#include <netinet/in.h>
#include <sys/socket.h>

// The selected route of a peer: a stream, or where UDP goes in the form that sendmsg takes. On an AF_INET6 socket an IPv4 peer has an IPv4-mapped
// `remote`, and its source is given as AF_INET.
struct SendTarget {
  sockaddr_storage remote{};
  socklen_t remote_length = 0;
  // Which source address goes into the ancillary data: AF_INET (IP_PKTINFO, `source_v4`), AF_INET6 (IPV6_PKTINFO,
  // `source_v6`) or AF_UNSPEC (none, the kernel chooses).
  int source_family = AF_UNSPEC;
  in_addr source_v4{};
  in6_addr source_v6{};
  // Interface to send from, 0 for what the routing table says. Link-local IPv6 needs it; elsewhere it overrules routing.
  unsigned interface_index = 0;
  // The stream that datagrams go by (stream_outbox.h), 0 for UDP. The rest counts for UDP alone.
  uint32_t stream = 0;
  // False until a route was selected: nothing is sent.
  bool valid = false;
};

#endif  // LIVE_WEBRTC_SEND_TARGET_H_
