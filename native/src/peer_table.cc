#include "peer_table.h"

#include <algorithm>

namespace {

// Free indexes that wait at least, so that a handle in a late message of JavaScript names nobody rather than another.
constexpr size_t kMinWaiting = 1024;

size_t IndexOf(uint32_t handle) { return (handle & 0xffff) - size_t{1}; }

}  // namespace

Peer* PeerTable::Create(DtlsRole role, const Fingerprint& fingerprint) {
  size_t index = slots_.size();
  if (free_.size() >= kMinWaiting || index == kMaxPeers) {
    if (free_.empty()) return nullptr;
    index = free_.front();
    free_.pop_front();
  } else {
    slots_.emplace_back();
  }
  Slot& slot = slots_[index];
  const uint32_t handle = static_cast<uint32_t>(slot.generation) << 16 | static_cast<uint32_t>(index + 1);
  slot.peer = std::make_unique<Peer>(handle, context_, datagrams_, role, fingerprint);
  ++size_;
  return slot.peer.get();
}

Peer* PeerTable::Find(uint32_t handle) const {
  const size_t index = IndexOf(handle);  // Wraps for 0, far beyond the slots.
  if (index >= slots_.size()) return nullptr;
  Peer* peer = slots_[index].peer.get();
  return peer != nullptr && peer->handle == handle ? peer : nullptr;
}

Peer* PeerTable::FindByRemote(const RemoteKey& remote) const {
  const auto found = remotes_.find(remote);
  return found == remotes_.end() ? nullptr : found->second;
}

void PeerTable::Bind(Peer* peer, const RemoteKey& remote) {
  Peer* owner = FindByRemote(remote);
  if (owner == peer) return;
  if (owner != nullptr) Unbind(remote);
  remotes_[remote] = peer;
  peer->remotes.push_back(remote);
}

void PeerTable::Unbind(const RemoteKey& remote) {
  const auto found = remotes_.find(remote);
  if (found == remotes_.end()) return;
  std::vector<RemoteKey>& remotes = found->second->remotes;
  remotes.erase(std::remove(remotes.begin(), remotes.end(), remote), remotes.end());
  remotes_.erase(found);
}

void PeerTable::Remove(Peer* peer) {
  for (const RemoteKey& remote : peer->remotes) remotes_.erase(remote);
  const size_t index = IndexOf(peer->handle);
  slots_[index].peer.reset();
  ++slots_[index].generation;
  free_.push_back(static_cast<uint16_t>(index));
  --size_;
}
