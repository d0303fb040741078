#include "send_history.h"

#include <chrono>
#include <utility>

int64_t MonotonicNanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

SendHistory::SendHistory(uint8_t extension_id, std::shared_ptr<uint32_t> ring, size_t entries, int64_t epoch)
    : extension_id_(extension_id), ring_(std::move(ring)), mask_(entries - 1), epoch_(epoch) {}

void SendHistory::Note(uint16_t sequence, int64_t time, size_t length, bool sent) {
  constexpr int64_t kNanosecondsPerMicrosecond = 1000;
  uint32_t* entry = ring_.get() + (sequence & mask_) * kEntryWords;
  entry[0] = sequence | (sent ? kSent : 0);
  entry[1] = static_cast<uint32_t>((time - epoch_) / kNanosecondsPerMicrosecond);
  entry[2] = static_cast<uint32_t>(length);
}
