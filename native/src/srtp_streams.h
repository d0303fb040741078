// Packet indexes of SRTP streams: roll-over counters (RFC 3711 3.3.1), which indexes were used, and replay windows
// (RFC 3711 3.3.2). Pure arithmetic.
#ifndef LIVE_WEBRTC_SRTP_STREAMS_H_
#define LIVE_WEBRTC_SRTP_STREAMS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

// SSRCs of one peer and direction.
constexpr size_t kMaxSrtpStreams = 32;
// The replay window of RFC 3711 3.3.2.
constexpr size_t kReplayWindowPackets = 64;
// How far behind the newest packet a sender may go: two seconds of 8 Mbit/s video.
constexpr size_t kSendWindowPackets = 2048;
// Packet indexes are 48 bits: roll-over counter and sequence number.
constexpr uint64_t kMaxSrtpIndex = (uint64_t{1} << 48) - 1;

// Remembers which of the last `Size` indexes were seen. `Size` is a multiple of 64.
template <size_t Size>
class IndexWindow {
 public:
  enum class Place { kNew, kSeen, kTooOld };

  explicit IndexWindow(uint64_t first) : highest_(first) { Set(first); }

  Place Look(uint64_t index) const {
    if (index > highest_) return Place::kNew;
    if (highest_ - index >= Size) return Place::kTooOld;
    return (words_[Word(index)] & Bit(index)) != 0 ? Place::kSeen : Place::kNew;
  }

  // Marks an index that is not too old.
  void Mark(uint64_t index) {
    if (index > highest_) Advance(index);
    Set(index);
  }

  uint64_t highest() const { return highest_; }

 private:
  static constexpr size_t kWords = Size / 64;
  static size_t Word(uint64_t index) { return static_cast<size_t>(index / 64 % kWords); }
  static uint64_t Bit(uint64_t index) { return uint64_t{1} << (index % 64); }

  void Set(uint64_t index) { words_[Word(index)] |= Bit(index); }

  // The window is a ring: what the newest index uncovers belonged to indexes that are too old now.
  void Advance(uint64_t index) {
    if (index - highest_ >= Size) {
      for (uint64_t& word : words_) word = 0;
    } else {
      for (uint64_t next = highest_ + 1; next <= index; ++next) words_[Word(next)] &= ~Bit(next);
    }
    highest_ = index;
  }

  uint64_t highest_;
  uint64_t words_[kWords] = {};
};

// The index that `sequence` most likely has near `highest` (RFC 3711 appendix A). False where that would be negative
// or above 48 bits.
bool EstimateSrtpIndex(uint64_t highest, uint16_t sequence, uint64_t* index);

// What was sent to one peer. Never forgets a stream, so that no index is used twice.
class SrtpSendStreams {
 public:
  enum class Verdict { kSend, kReused, kTooManyStreams };

  // Decides about a packet, and marks its index as used with kSend.
  Verdict Use(uint32_t ssrc, uint16_t sequence, bool retransmission, uint64_t* index);

  void Prefetch() const { __builtin_prefetch(streams_.data()); }

  // Starts a stream in the middle of its index space.
  void StartForTest(uint32_t ssrc, uint64_t index) {
    streams_.push_back({ssrc, IndexWindow<kSendWindowPackets>(index)});
  }

 private:
  struct Stream {
    uint32_t ssrc;
    IndexWindow<kSendWindowPackets> used;
  };
  std::vector<Stream> streams_;
};

// What was received from one peer. A stream begins with its first authenticated packet; where there are too many, the
// one unused for longest makes room.
class SrtpReceiveStreams {
 public:
  struct Stream {
    uint32_t ssrc;
    uint64_t last_use;
    IndexWindow<kReplayWindowPackets> seen;
  };

  // Null for an unknown SSRC.
  Stream* Find(uint32_t ssrc);
  // Call after authentication only. `stream` is what Find returned.
  void Accept(Stream* stream, uint32_t ssrc, uint64_t index);
  size_t size() const { return streams_.size(); }

 private:
  std::vector<Stream> streams_;
  uint64_t uses_ = 0;
};

#endif  // LIVE_WEBRTC_SRTP_STREAMS_H_
