// Sends a datagram where its target is: by UDP, or framed in a stream.
#ifndef LIVE_WEBRTC_DATAGRAM_SENDER_H_
#define LIVE_WEBRTC_DATAGRAM_SENDER_H_

#include <cstddef>
#include <cstdint>

#include "stream_outbox.h"
#include "udp_sender.h"

struct DatagramSender {
  // False where it was not taken.
  bool SendOne(const SendTarget& target, const uint8_t* data, size_t length) {
    if (target.valid && target.stream != 0) return streams->Add(target.stream, data, length);
    return udp->SendOne(target, data, length);
  }

  UdpSender* udp;
  StreamOutbox* streams;
};

#endif  // LIVE_WEBRTC_DATAGRAM_SENDER_H_
