// Sockets for the tests: UDP on loopback, and Unix datagram sockets, whose queues fill up.
#ifndef LIVE_WEBRTC_TEST_SOCKETS_H_
#define LIVE_WEBRTC_TEST_SOCKETS_H_

#include <sys/socket.h>

#include <cstddef>
#include <vector>

#include "../src/send_target.h"
#include "check.h"

class TestSocket {
 public:
  // Bound to the loopback address of the family and a free port, non-blocking.
  static TestSocket Udp4();
  static TestSocket Udp6();
  // AF_INET6 for both families, bound to the unspecified address.
  static TestSocket DualStack();
  // AF_UNIX, SOCK_DGRAM, bound to a name of its own.
  static TestSocket Unix();

  TestSocket(TestSocket&& other) noexcept;
  ~TestSocket();
  TestSocket(const TestSocket&) = delete;
  TestSocket& operator=(const TestSocket&) = delete;
  TestSocket& operator=(TestSocket&&) = delete;

  int fd() const { return fd_; }
  // How to reach this socket, without a source address.
  SendTarget Target() const;
  // The same for an IPv4 socket, as an AF_INET6 socket needs it.
  SendTarget MappedTarget() const;

  // Waits for as many datagrams, and takes what came with them. Fewer after a second.
  std::vector<Bytes> Receive(size_t count);
  // Where the last datagram came from.
  const sockaddr_storage& source() const { return source_; }

 private:
  explicit TestSocket(int fd) : fd_(fd) {}
  static TestSocket Bind(int family, const void* address, socklen_t length);

  int fd_;
  sockaddr_storage source_{};
};

#endif  // LIVE_WEBRTC_TEST_SOCKETS_H_
