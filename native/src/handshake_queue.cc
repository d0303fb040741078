#include "handshake_queue.h"

#include <utility>

bool HandshakeQueue::Add(uint32_t peer, const uint8_t* datagram, size_t length) {
  if (bytes_ + length > kMaxBytes) return false;
  size_t& of_peer = of_peer_[peer];
  if (of_peer == kMaxOfPeer) return false;
  ++of_peer;
  bytes_ += length;
  waiting_.push_back({peer, std::vector<uint8_t>(datagram, datagram + length)});
  return true;
}

HandshakeQueue::Waiting HandshakeQueue::Take() {
  Waiting oldest = std::move(waiting_.front());
  waiting_.pop_front();
  bytes_ -= oldest.datagram.size();
  const auto of_peer = of_peer_.find(oldest.peer);
  if (--of_peer->second == 0) of_peer_.erase(of_peer);
  return oldest;
}
