// Hands datagrams to the kernel: many destinations in one sendmmsg, runs of equal length in one message by UDP
// segmentation offload (GSO). Never blocks.
#ifndef LIVE_WEBRTC_UDP_SENDER_H_
#define LIVE_WEBRTC_UDP_SENDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sys/socket.h>

#include "send_target.h"

// What IPv4 can carry in one message, and what kernels before 6.9 take.
constexpr size_t kMaxUdpPayload = 65507;
constexpr size_t kMaxSegments = 64;

// Datagrams of one peer that lie one after the other. All have `segment_length` bytes, the last one may be shorter.
struct SendMessage {
  const SendTarget* target;
  const uint8_t* data;
  size_t length;           // of all datagrams, at most kMaxUdpPayload
  uint16_t segment_length;
  uint16_t segments;       // 1 to kMaxSegments
  // 0 at first. Send sets bit i where the kernel took datagram i, or where it was dropped because the buffer was full.
  uint64_t sent;
  uint64_t dropped;
};

class UdpSender {
 public:
  // `fd` is a bound, non-blocking UDP socket that outlives this. `segmentation` allows GSO, which is then used where
  // the kernel has it. `counters` is the transport's array (counters.h).
  UdpSender(int fd, bool segmentation, double* counters);
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  // Whether messages of more than one segment make sense at present.
  bool segmentation() const { return segmentation_; }

  // True where the kernel took the datagram.
  bool SendOne(const SendTarget& target, const uint8_t* data, size_t length);

  // Sends the messages in order and writes into each what became of it. Segmented messages are sent as single
  // datagrams where the kernel refuses them.
  void Send(SendMessage* messages, size_t count);

 private:
  // Room for IPV6_PKTINFO and UDP_SEGMENT.
  struct Control {
    alignas(cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
  };

  // Fills one slot of the arrays that sendmmsg reads.
  void Prepare(size_t slot, const SendMessage& message);
  // Sends messages that were prepared from `slot` on. Returns how many it dealt with: fewer than `count` where the
  // socket is full (the rest is not counted yet), or where segmentation was turned off.
  size_t SendBlock(size_t slot, SendMessage* messages, size_t count, bool* full);
  void SendSingles(SendMessage* message, bool* full);
  // Learns from an error that a segmented message had while its datagrams one by one had none.
  void NoteSegmentationError(int error);
  void CountSent(SendMessage* message);
  void CountDropped(SendMessage* message);

  int fd_;
  bool segmentation_;
  int segmentation_failures_ = 0;
  double* counters_;
  // Slots for a whole sendmmsg, then for the singles of one message.
  std::vector<mmsghdr> headers_;
  std::vector<iovec> vectors_;
  std::vector<Control> controls_;
};

#endif  // LIVE_WEBRTC_UDP_SENDER_H_
