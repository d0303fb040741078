// The peers of a transport, found by handle and by the address that their datagrams come from.
#ifndef LIVE_WEBRTC_PEER_TABLE_H_
#define LIVE_WEBRTC_PEER_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "peer.h"
#include "route.h"

// A handle is an index from 1 in its low 16 bits and that index's generation above. An index waits behind all other free
// ones before it is used again, and then has another generation.
class PeerTable {
 public:
  static constexpr size_t kMaxPeers = 65535;

  PeerTable(const DtlsContext* context, DatagramSender* datagrams) : context_(context), datagrams_(datagrams) {}

  // Null where kMaxPeers exist.
  Peer* Create(DtlsRole role, const Fingerprint& fingerprint);
  // Null where the handle names no peer, or one that is gone.
  Peer* Find(uint32_t handle) const;
  Peer* FindByRemote(const RemoteKey& remote) const;
  // The remote belongs to this peer, and no longer to another.
  void Bind(Peer* peer, const RemoteKey& remote);
  void Unbind(const RemoteKey& remote);
  // Forgets the peer and its remotes; `peer` is gone afterwards.
  void Remove(Peer* peer);
  size_t size() const { return size_; }

  // Calls `action` with each peer; it must not create or remove any.
  template <typename Action>
  void ForEach(Action action) const {
    for (const Slot& slot : slots_) {
      if (slot.peer) action(slot.peer.get());
    }
  }

 private:
  struct Slot {
    std::unique_ptr<Peer> peer;
    uint16_t generation = 0;
  };

  const DtlsContext* context_;
  DatagramSender* datagrams_;
  std::vector<Slot> slots_;
  std::deque<uint16_t> free_;  // Indexes into slots_.
  std::unordered_map<RemoteKey, Peer*, RemoteKeyHash> remotes_;
  size_t size_ = 0;
};

#endif  // LIVE_WEBRTC_PEER_TABLE_H_
