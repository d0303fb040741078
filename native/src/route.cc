#include "route.h"

#include <netinet/in.h>

namespace {

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool IsMapped(const uint8_t address[16]) { return std::memcmp(address, kMappedPrefix, sizeof kMappedPrefix) == 0; }

bool IsUnspecified(const uint8_t address[16]) {
  constexpr uint8_t kZero[16] = {};
  return std::memcmp(address, kZero, sizeof kZero) == 0;
}

// fe80::/10 means nothing without an interface.
bool IsLinkLocal(const uint8_t address[16]) { return address[0] == 0xfe && (address[1] & 0xc0) == 0x80; }

void MapInto(const in_addr& from, uint8_t to[16]) {
  std::memcpy(to, kMappedPrefix, sizeof kMappedPrefix);
  std::memcpy(to + sizeof kMappedPrefix, &from, sizeof from);
}

void ReadLocalAddress(const msghdr& message, Route* route) {
  msghdr* mutable_message = const_cast<msghdr*>(&message);  // CMSG_NXTHDR does not write.
  for (cmsghdr* control = CMSG_FIRSTHDR(mutable_message); control != nullptr;
       control = CMSG_NXTHDR(mutable_message, control)) {
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      std::memcpy(route->local_address, &info.ipi6_addr, sizeof route->local_address);
      route->interface_index = info.ipi6_ifindex;
    } else if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      MapInto(info.ipi_spec_dst, route->local_address);
      route->interface_index = static_cast<uint32_t>(info.ipi_ifindex);
    }
  }
}

void SetSource(const Route& route, int family, SendTarget* target) {
  if (IsUnspecified(route.local_address)) return;
  if (IsMapped(route.local_address)) {
    target->source_family = AF_INET;
    std::memcpy(&target->source_v4, route.local_address + sizeof kMappedPrefix, sizeof target->source_v4);
  } else if (family == AF_INET6) {
    target->source_family = AF_INET6;
    std::memcpy(&target->source_v6, route.local_address, sizeof target->source_v6);
  }
}

}  // namespace

size_t RemoteKeyHash::operator()(const RemoteKey& key) const {
  uint64_t high;
  uint64_t low;
  std::memcpy(&high, key.address, sizeof high);
  std::memcpy(&low, key.address + sizeof high, sizeof low);
  uint64_t hash = high * 0x9e3779b97f4a7c15 ^ low;
  hash = (hash ^ (uint64_t{key.scope} << 24 | uint64_t{key.protocol} << 16 | key.port)) * 0xff51afd7ed558ccd;
  return static_cast<size_t>(hash ^ hash >> 32);
}

RemoteKey KeyOf(const Route& route) {
  RemoteKey key{};
  std::memcpy(key.address, route.remote_address, sizeof key.address);
  key.port = route.remote_port;
  key.protocol = route.protocol;
  if (route.protocol == kRouteStream) {
    key.scope = route.stream;
  } else {
    key.scope = IsLinkLocal(route.remote_address) ? route.interface_index : 0;
  }
  return key;
}

bool RouteFromMessage(const msghdr& message, const sockaddr_storage& name, Route* route) {
  *route = Route{};
  if (name.ss_family == AF_INET6) {
    sockaddr_in6 address;
    std::memcpy(&address, &name, sizeof address);
    std::memcpy(route->remote_address, &address.sin6_addr, sizeof route->remote_address);
    route->remote_port = address.sin6_port;
  } else if (name.ss_family == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, &name, sizeof address);
    MapInto(address.sin_addr, route->remote_address);
    route->remote_port = address.sin_port;
  } else {
    return false;
  }
  ReadLocalAddress(message, route);
  return true;
}

bool TargetFromRoute(const Route& route, int family, SendTarget* target) {
  *target = SendTarget{};
  if (route.protocol == kRouteStream) {
    target->stream = route.stream;
    target->valid = route.stream != 0;
    return target->valid;
  }
  if (route.protocol != kRouteUdp || route.remote_port == 0) return false;
  if (family == AF_INET) {
    if (!IsMapped(route.remote_address)) return false;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = route.remote_port;
    std::memcpy(&address.sin_addr, route.remote_address + sizeof kMappedPrefix, sizeof address.sin_addr);
    std::memcpy(&target->remote, &address, sizeof address);
    target->remote_length = sizeof address;
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = route.remote_port;
    std::memcpy(&address.sin6_addr, route.remote_address, sizeof address.sin6_addr);
    if (IsLinkLocal(route.remote_address)) {
      address.sin6_scope_id = route.interface_index;
      target->interface_index = route.interface_index;
    }
    std::memcpy(&target->remote, &address, sizeof address);
    target->remote_length = sizeof address;
  }
  SetSource(route, family, target);
  target->valid = true;
  return true;
}
