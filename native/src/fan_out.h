// Sends packets of one track to many viewers: rewrites headers from table rows, encrypts, and hands runs to the kernel.
#ifndef LIVE_WEBRTC_FAN_OUT_H_
#define LIVE_WEBRTC_FAN_OUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "datagram_sender.h"
#include "fan_out_row.h"
#include "rtp_rewrite.h"
#include "send_history.h"
#include "send_target.h"
#include "srtp_session.h"

// What the fan-out needs of a peer; target and sender are null where the peer is gone or has no keys or route yet.
struct FanOutPeer {
  const SendTarget* target = nullptr;
  SrtpSender* sender = nullptr;
  // Null where its packets have no transport-wide numbers.
  SendHistory* sends = nullptr;
};

// Finds a peer by its handle. `context` is the pointer given to FanOut::Send.
using FanOutLookup = FanOutPeer (*)(void* context, uint32_t handle);

class FanOut {
 public:
  // All and `counters` (counters.h) outlive this.
  FanOut(const DatagramSender& sender, double* counters);
  FanOut(const FanOut&) = delete;
  FanOut& operator=(const FanOut&) = delete;

  // `packets` holds `packet_count` pairs of offset and length in `source`; a pair that lies outside, or is not RTP, is
  // left out. `rows` points to `row_count` rows (ROW in src/native/addon.ts), whose counters are written. Returns how
  // many packets the kernel took. `retransmission` as in SrtpSender::ProtectRtp; rows with transport-wide numbers refuse
  // it, because a number is given once.
  size_t Send(const uint8_t* source, size_t source_length, const uint32_t* packets, size_t packet_count, uint8_t* rows,
              size_t row_count, bool retransmission, FanOutLookup lookup, void* context);

 private:
  // What belongs to a message of the same index.
  struct Pending {
    uint8_t* row;
    SendHistory* sends;
    size_t first_datagram;  // index into datagrams_
  };
  struct Datagram {
    uint32_t payload_octets;
    // With Pending::sends.
    uint16_t transport_sequence;
    uint16_t length;
  };

  void Parse(const uint8_t* source, size_t source_length, const uint32_t* packets, size_t packet_count);
  void SendRow(uint8_t* row_bytes, const FanOutRow& row, const FanOutPeer& peer, bool retransmission);
  void Add(uint8_t* row_bytes, const SendTarget* target, SendHistory* sends, const Datagram& datagram);
  void AddToStream(uint8_t* row_bytes, uint32_t stream, SendHistory* sends, const Datagram& datagram);
  void Flush();
  void CountFlushed(const SendMessage& message, const Pending& pending, int64_t time);

  UdpSender* udp_;
  StreamOutbox* streams_;
  double* counters_;
  std::unique_ptr<uint8_t[]> buffer_;
  size_t used_ = 0;
  size_t sent_ = 0;
  std::vector<RtpRewrite> packets_;
  std::vector<SendMessage> messages_;
  std::vector<Pending> pending_;
  // Those in the buffer.
  std::vector<Datagram> datagrams_;
  bool has_numbers_ = false;  // some of them
};

#endif  // LIVE_WEBRTC_FAN_OUT_H_
