// DTLS datagrams that wait for their turn. A step of a handshake takes a hundred times as long as a media packet, so one
// or a few cheap ones are taken between two reads of the socket (docs/design.md).
#ifndef LIVE_WEBRTC_HANDSHAKE_QUEUE_H_
#define LIVE_WEBRTC_HANDSHAKE_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

class HandshakeQueue {
 public:
  // Far more than a peer sends before it waits for an answer; what is beyond is lost, like any datagram.
  static constexpr size_t kMaxOfPeer = 16;
  static constexpr size_t kMaxBytes = 4 * 1024 * 1024;

  struct Waiting {
    uint32_t peer;
    std::vector<uint8_t> datagram;
  };

  // Copies the datagram. False where the peer, or all together, have too many.
  bool Add(uint32_t peer, const uint8_t* datagram, size_t length);
  bool empty() const { return waiting_.empty(); }
  bool HasOf(uint32_t peer) const { return of_peer_.count(peer) != 0; }
  // The oldest one. Not to be called when empty.
  Waiting Take();

 private:
  std::deque<Waiting> waiting_;
  std::unordered_map<uint32_t, size_t> of_peer_;
  size_t bytes_ = 0;
};

// How long handshakes may still hold up the event loop in a turn of it.
class HandshakeBudget {
 public:
  // Less than a step with public keys takes: no second one follows it. It may take more than a millisecond on its own,
  // and two are what a media packet may wait.
  static constexpr int64_t kNanosecondsPerTurn = 100'000;

  bool IsSpent() const { return left_ <= 0; }
  void Spend(int64_t nanoseconds) { left_ -= nanoseconds; }

 private:
  int64_t left_ = kNanosecondsPerTurn;
};

#endif  // LIVE_WEBRTC_HANDSHAKE_QUEUE_H_
