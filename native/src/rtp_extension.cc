#include "rtp_extension.h"

// RFC 8285 4.2: a byte of 0 is padding; id 0 with a length, and id 15, end the block.
bool RtpExtensionElements::NextOneByte(RtpExtensionElement* element) {
  while (offset_ < end_) {
    const uint8_t first = packet_[offset_++];
    if (first == 0) continue;
    const uint8_t id = first >> 4;
    if (id != 0 && id <= kMaxOneByteId && Take(id, size_t{1} + (first & 0x0f), element)) return true;
    offset_ = end_;
  }
  return false;
}

// RFC 8285 4.3: only id 0 is padding, and an element may be empty.
bool RtpExtensionElements::NextTwoByte(RtpExtensionElement* element) {
  while (offset_ < end_) {
    const uint8_t id = packet_[offset_++];
    if (id == 0) continue;
    if (offset_ < end_) {
      const size_t length = packet_[offset_++];
      if (Take(id, length, element)) return true;
    }
    offset_ = end_;
  }
  return false;
}

bool RtpExtensionElements::Take(uint8_t id, size_t length, RtpExtensionElement* element) {
  if (length > end_ - offset_) return false;
  *element = {id, static_cast<uint8_t>(length), static_cast<uint16_t>(offset_)};
  offset_ += length;
  return true;
}
