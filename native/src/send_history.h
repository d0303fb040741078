// What one peer was sent with transport-wide sequence numbers (draft-holmer-rmcat-transport-wide-cc-extensions-01), so
// that JavaScript can match the feedback without being called for each packet.
#ifndef LIVE_WEBRTC_SEND_HISTORY_H_
#define LIVE_WEBRTC_SEND_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>

// Of the clock that Node measures time by.
int64_t MonotonicNanoseconds();

class SendHistory {
 public:
  // SEND_RING in src/native/addon.ts.
  static constexpr size_t kEntryWords = 3;
  static constexpr uint32_t kSent = 0x10000;
  static constexpr size_t kMinEntries = 2;
  static constexpr size_t kMaxEntries = 65536;

  // `ring` holds `entries` (a power of two within the limits) times kEntryWords; JavaScript reads the same memory.
  // `epoch` is when the clock of JavaScript stood at 0, in MonotonicNanoseconds.
  SendHistory(uint8_t extension_id, std::shared_ptr<uint32_t> ring, size_t entries, int64_t epoch);

  // The id of the header extension in packets that JavaScript made.
  uint8_t extension_id() const { return extension_id_; }
  // The next packet's number. It counts once UseNext was called.
  uint16_t next() const { return next_; }
  void UseNext() { ++next_; }
  // For a history that takes the place of another: numbers go on.
  void GoOnFrom(const SendHistory& other) { next_ = other.next_; }

  // Notes what became of the packet with this number: a datagram of `length` bytes, handed to the kernel at `time`
  // (MonotonicNanoseconds) or not taken by it.
  void Note(uint16_t sequence, int64_t time, size_t length, bool sent);

 private:
  uint8_t extension_id_;
  uint16_t next_ = 0;
  std::shared_ptr<uint32_t> ring_;
  size_t mask_;
  int64_t epoch_;
};

#endif  // LIVE_WEBRTC_SEND_HISTORY_H_
