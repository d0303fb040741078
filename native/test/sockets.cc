#include "sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

namespace {

constexpr int kWaitMilliseconds = 1000;

}  // namespace

TestSocket TestSocket::Bind(int family, const void* address, socklen_t length) {
  const int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int off = 0;
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  // The most that is allowed without privileges.
  const int buffer = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (bind(fd, static_cast<const sockaddr*>(address), length) != 0) std::perror("bind");
  return TestSocket(fd);
}

TestSocket TestSocket::Udp4() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Bind(AF_INET, &address, sizeof address);
}

TestSocket TestSocket::Udp6() {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return Bind(AF_INET6, &address, sizeof address);
}

TestSocket TestSocket::DualStack() {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  return Bind(AF_INET6, &address, sizeof address);
}

TestSocket TestSocket::Unix() {
  // An abstract name that the kernel chooses.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  return Bind(AF_UNIX, &address, sizeof address.sun_family);
}

TestSocket::TestSocket(TestSocket&& other) noexcept : fd_(other.fd_), source_(other.source_) { other.fd_ = -1; }

TestSocket::~TestSocket() {
  if (fd_ >= 0) close(fd_);
}

SendTarget TestSocket::Target() const {
  SendTarget target;
  target.remote_length = sizeof target.remote;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&target.remote), &target.remote_length);
  target.valid = true;
  return target;
}

SendTarget TestSocket::MappedTarget() const {
  SendTarget target = Target();
  sockaddr_in from;
  std::memcpy(&from, &target.remote, sizeof from);
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = from.sin_port;
  to.sin6_addr.s6_addr[10] = to.sin6_addr.s6_addr[11] = 0xff;
  std::memcpy(&to.sin6_addr.s6_addr[12], &from.sin_addr, sizeof from.sin_addr);
  target.remote = sockaddr_storage{};
  std::memcpy(&target.remote, &to, sizeof to);
  target.remote_length = sizeof to;
  return target;
}

std::vector<Bytes> TestSocket::Receive(size_t count) {
  std::vector<Bytes> datagrams;
  Bytes buffer(65536);
  for (;;) {
    socklen_t length = sizeof source_;
    const ssize_t received = recvfrom(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                      reinterpret_cast<sockaddr*>(&source_), &length);
    if (received >= 0) {
      datagrams.emplace_back(buffer.begin(), buffer.begin() + received);
      continue;
    }
    pollfd wait{fd_, POLLIN, 0};
    if (datagrams.size() >= count || poll(&wait, 1, kWaitMilliseconds) <= 0) return datagrams;
  }
}
