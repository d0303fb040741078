#include "udp_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace {

struct BindAddress {
  sockaddr_storage address{};
  socklen_t length = 0;
};

bool Parse(const std::string& text, uint16_t port, BindAddress* result) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(text.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
  std::memcpy(&result->address, found->ai_addr, found->ai_addrlen);
  result->length = found->ai_addrlen;
  freeaddrinfo(found);
  return true;
}

void SetBuffer(int fd, int forced_option, int option, int bytes) {
  // Only root may pass the system's limit; others get as much as it allows.
  if (setsockopt(fd, SOL_SOCKET, forced_option, &bytes, sizeof bytes) == 0) return;
  (void)setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes);
}

bool Set(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// What says that the system has no IPv6, or has it switched off.
bool LacksIpv6(int error) { return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT; }

}  // namespace

std::unique_ptr<UdpSocket> UdpSocket::Open(const UdpSocketOptions& options, int* error) {
  BindAddress address;
  if (!Parse(options.address, options.port, &address)) {
    *error = EINVAL;
    return nullptr;
  }
  int family = address.address.ss_family;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  *error = errno;
  if (fd >= 0) {
    std::unique_ptr<UdpSocket> opened(new UdpSocket(fd, family));
    *error = opened->Configure(options);
    if (*error == 0) return opened;
  }
  if (options.address != "::" || !LacksIpv6(*error)) return nullptr;
  UdpSocketOptions ipv4_options = options;
  ipv4_options.address = "0.0.0.0";
  return Open(ipv4_options, error);
}

int UdpSocket::Configure(const UdpSocketOptions& options) {
  SetBuffer(fd_, SO_RCVBUFFORCE, SO_RCVBUF, options.receive_buffer_bytes);
  SetBuffer(fd_, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer_bytes);
  // The IPv6 option also tells of IPv4 datagrams, by their mapped address.
  bool configured = family_ == AF_INET6 ? Set(fd_, IPPROTO_IPV6, IPV6_V6ONLY, 0) &&
                                              Set(fd_, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                                        : Set(fd_, IPPROTO_IP, IP_PKTINFO, 1);
  if (!configured) return errno;
  BindAddress address;
  if (!Parse(options.address, options.port, &address)) return EINVAL;
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address.address), address.length) != 0) return errno;
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address.address), &address.length) != 0) return errno;
  // sin_port and sin6_port stand at the same place.
  sockaddr_in bound;
  std::memcpy(&bound, &address.address, sizeof bound);
  port_ = ntohs(bound.sin_port);
  return 0;
}

UdpSocket::~UdpSocket() { close(fd_); }
