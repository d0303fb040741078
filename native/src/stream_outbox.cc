#include "stream_outbox.h"

#include <cstring>
#include <utility>

#include "bytes.h"
#include "counters.h"

bool StreamOutbox::Add(uint32_t stream, const uint8_t* datagram, size_t length) {
  if (length > kMaxFrameLength) {
    ++counters_[kSendErrors];
    return false;
  }
  if (!blocked_.empty() && blocked_.count(stream) != 0) {
    ++counters_[kDroppedStreamFull];
    return false;
  }
  if (bytes_.empty() || last_stream_ != stream) {
    last_stream_ = stream;
    last_entry_ = bytes_.size();
    const uint32_t header[] = {stream, 0};
    static_assert(sizeof header == kEntryHeaderLength, "id and length");
    bytes_.resize(bytes_.size() + sizeof header);
    std::memcpy(&bytes_[last_entry_], header, sizeof header);
  }
  const size_t start = bytes_.size();
  bytes_.resize(start + kFrameHeaderLength + length);
  WriteU16(&bytes_[start], static_cast<uint16_t>(length));
  if (length > 0) std::memcpy(&bytes_[start + kFrameHeaderLength], datagram, length);
  const auto entry_length = static_cast<uint32_t>(bytes_.size() - last_entry_ - kEntryHeaderLength);
  std::memcpy(&bytes_[last_entry_ + sizeof stream], &entry_length, sizeof entry_length);
  ++counters_[kDatagramsSent];
  counters_[kBytesSent] += static_cast<double>(length);
  return true;
}

void StreamOutbox::SetBlocked(uint32_t stream, bool blocked) {
  if (blocked) {
    blocked_.insert(stream);
  } else {
    blocked_.erase(stream);
  }
}

std::vector<uint8_t> StreamOutbox::Take() { return std::exchange(bytes_, {}); }
