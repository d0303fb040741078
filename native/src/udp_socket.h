// One bound, non-blocking UDP socket.
#ifndef LIVE_WEBRTC_UDP_SOCKET_H_
#define LIVE_WEBRTC_UDP_SOCKET_H_

#include <cstdint>
#include <memory>
#include <string>

struct UdpSocketOptions {
  // '::' (both families where the system has IPv6, else IPv4), '0.0.0.0' or one numeric address.
  std::string address;
  uint16_t port = 0;
  int receive_buffer_bytes = 0;
  int send_buffer_bytes = 0;
};

class UdpSocket {
 public:
  // Null with `error` set to errno where the socket cannot be had; EINVAL where the address is not numeric.
  static std::unique_ptr<UdpSocket> Open(const UdpSocketOptions& options, int* error);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  int fd() const { return fd_; }
  // AF_INET, or AF_INET6 for a socket that serves both families.
  int family() const { return family_; }
  uint16_t port() const { return port_; }

 private:
  UdpSocket(int fd, int family) : fd_(fd), family_(family) {}
  int Configure(const UdpSocketOptions& options);

  int fd_;
  int family_;
  uint16_t port_ = 0;
};

#endif  // LIVE_WEBRTC_UDP_SOCKET_H_
