// Reads many datagrams with one call into slots of equal size.
#ifndef LIVE_WEBRTC_RECEIVE_BATCH_H_
#define LIVE_WEBRTC_RECEIVE_BATCH_H_

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

#include "route.h"

// A slot holds one datagram and, at its end, room for the route it came by.
constexpr size_t kSlotBytes = 2048;
constexpr size_t kMaxDatagramBytes = kSlotBytes - kRouteBytes;
// Enough for what arrives while a batch is forwarded; the slots together stay in the second level cache.
constexpr size_t kSlotCount = 128;
constexpr size_t kSlotsBytes = kSlotBytes * kSlotCount;

class ReceiveBatch {
 public:
  // `slots` has kSlotsBytes bytes and outlives this.
  explicit ReceiveBatch(uint8_t* slots);
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  // Reads what is there, at most kSlotCount datagrams. Returns their number, 0 where there are none.
  size_t Read(int fd);

  uint8_t* datagram(size_t slot) { return slots_ + slot * kSlotBytes; }
  size_t length(size_t slot) const { return headers_[slot].msg_len; }
  // True where the datagram was longer than the slot.
  bool truncated(size_t slot) const { return (headers_[slot].msg_hdr.msg_flags & MSG_TRUNC) != 0; }
  bool route(size_t slot, Route* route) const {
    return RouteFromMessage(headers_[slot].msg_hdr, names_[slot], route);
  }

 private:
  struct Control {
    alignas(cmsghdr) uint8_t bytes[CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo))];
  };

  uint8_t* slots_;
  mmsghdr headers_[kSlotCount] = {};
  iovec vectors_[kSlotCount] = {};
  sockaddr_storage names_[kSlotCount] = {};
  Control controls_[kSlotCount] = {};
};

#endif  // LIVE_WEBRTC_RECEIVE_BATCH_H_
