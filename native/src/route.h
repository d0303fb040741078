// The pair of addresses that a datagram travelled, in the forms that JavaScript, the peer table and sendmsg take.
#ifndef LIVE_WEBRTC_ROUTE_H_
#define LIVE_WEBRTC_ROUTE_H_

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "send_target.h"

// A route as it crosses to JavaScript (ROUTE_BYTES in src/native/addon.ts). IPv4 addresses are mapped into IPv6
// (RFC 4291 2.5.5.2), so that one form serves both families.
struct Route {
  uint8_t remote_address[16];
  uint8_t local_address[16];  // All zero where the kernel did not say.
  uint16_t remote_port;       // Network order.
  uint8_t protocol;           // kRouteUdp or kRouteStream.
  uint8_t zero;
  union {
    uint32_t interface_index;
    uint32_t stream;  // Of kRouteStream; never 0.
  };
};
constexpr uint8_t kRouteUdp = 0;
constexpr uint8_t kRouteStream = 1;
constexpr size_t kRouteBytes = 40;
static_assert(sizeof(Route) == kRouteBytes, "ROUTE_BYTES in src/native/addon.ts");

// The remote side of a route: what a received datagram's peer is found by. The interface counts only where the same
// address may exist on several of them, so for link-local ones (RFC 4007 6). Streams are told apart by their id.
struct RemoteKey {
  uint8_t address[16];
  uint32_t scope;
  uint16_t port;  // Network order.
  uint8_t protocol;

  bool operator==(const RemoteKey& other) const {
    return port == other.port && protocol == other.protocol && scope == other.scope &&
           std::memcmp(address, other.address, sizeof address) == 0;
  }
};

struct RemoteKeyHash {
  size_t operator()(const RemoteKey& key) const;
};

RemoteKey KeyOf(const Route& route);

// Reads the remote address from `name` and the local one from the packet information among the control messages. False
// where the remote address is of neither family.
bool RouteFromMessage(const msghdr& message, const sockaddr_storage& name, Route* route);

// Fills where a datagram by this route goes. `family` is the UDP socket's, AF_INET or AF_INET6. False where it cannot
// be reached: no port, an IPv6 address for an IPv4 socket, a stream without id, or no protocol known.
bool TargetFromRoute(const Route& route, int family, SendTarget* target);

#endif  // LIVE_WEBRTC_ROUTE_H_
