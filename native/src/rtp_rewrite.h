// Rewrites the header of one RTP packet for many viewers. What does not depend on the viewer is worked out once.
#ifndef LIVE_WEBRTC_RTP_REWRITE_H_
#define LIVE_WEBRTC_RTP_REWRITE_H_

#include <cstddef>
#include <cstdint>

#include "fan_out_row.h"
#include "rtp_extension.h"
#include "rtp_header.h"
#include "vp8_descriptor.h"

class RtpRewrite {
 public:
  // False where `packet` is not a well-formed RTP packet of at most 65,535 bytes; nothing else may be called then. The
  // packet's bytes must outlive the calls that follow. A malformed extension block gives the elements before the fault.
  bool Prepare(const uint8_t* packet, size_t length);

  const uint8_t* payload() const { return packet_ + header_.header_length; }
  // With padding, which is encrypted like the rest.
  size_t payload_length() const { return payload_length_; }
  // Without padding (RFC 3550 6.4.1).
  size_t payload_octets() const { return payload_length_ - padding_length_; }
  // No row makes the header longer than this.
  size_t max_header_length() const { return max_header_length_; }

  // Writes the header of `row`'s viewer into `out` (max_header_length() bytes) and returns its length. CSRCs are kept;
  // the extension block is built anew from the row's map and MID, in the form that the packet came in where the viewer
  // takes that form (RFC 8285 4.1.2). `transport_sequence` goes out in the row's transport-wide extension; null for
  // none.
  size_t Write(const FanOutRow& row, const uint16_t* transport_sequence, uint8_t* out) const;

  // The payload of `row`'s viewer, payload_length() bytes: the packet's own or, where the row changes it, a copy in
  // `out`, which has room for it.
  const uint8_t* WritePayload(const FanOutRow& row, uint8_t* out) const;

 private:
  // Only 14 ids can be mapped; a packet that repeats them beyond this loses the rest.
  static constexpr size_t kMaxElements = 16;

  bool UsesTwoByteForm(const FanOutRow& row) const;
  size_t WriteExtension(const FanOutRow& row, const uint16_t* transport_sequence, uint8_t* out) const;

  const uint8_t* packet_ = nullptr;
  RtpHeader header_{};
  size_t payload_length_ = 0;
  size_t padding_length_ = 0;
  size_t max_header_length_ = 0;
  bool two_byte_ = false;
  Vp8Descriptor vp8_;  // Means nothing where the packet is not VP8.
  size_t element_count_ = 0;
  RtpExtensionElement elements_[kMaxElements];
};

#endif  // LIVE_WEBRTC_RTP_REWRITE_H_
