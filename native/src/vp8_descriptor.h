// The fields of a VP8 payload descriptor that go on without a gap when a viewer's source changes (RFC 7741 4.2).
#ifndef LIVE_WEBRTC_VP8_DESCRIPTOR_H_
#define LIVE_WEBRTC_VP8_DESCRIPTOR_H_

#include <cstddef>
#include <cstdint>

#include "fan_out_row.h"

// Where the fields stand in the payload. Byte 0 is always the first byte of the descriptor, so 0 stands for none.
struct Vp8Descriptor {
  uint8_t picture_id = 0;
  uint8_t tl0_picture_index = 0;
  bool wide_picture_id = false;  // 15 bits instead of 7

  bool has_fields() const { return picture_id != 0 || tl0_picture_index != 0; }
};

// The descriptor at the start of a payload without its padding; no fields where it is cut short.
Vp8Descriptor ParseVp8Descriptor(const uint8_t* payload, size_t length);

// Adds the row's offsets to the fields in `payload`, which `descriptor` was parsed from.
void RewriteVp8Descriptor(const Vp8Descriptor& descriptor, const FanOutRow& row, uint8_t* payload);

#endif  // LIVE_WEBRTC_VP8_DESCRIPTOR_H_
