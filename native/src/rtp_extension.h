// The elements of an RTP header extension block (RFC 8285).
#ifndef LIVE_WEBRTC_RTP_EXTENSION_H_
#define LIVE_WEBRTC_RTP_EXTENSION_H_

#include <cstddef>
#include <cstdint>

#include "rtp_header.h"

// RFC 8285 4.2 and 4.3.
constexpr uint16_t kOneByteProfile = 0xbede;
constexpr uint16_t kTwoByteProfile = 0x1000;
constexpr uint8_t kMaxOneByteId = 14;
// draft-holmer-rmcat-transport-wide-cc-extensions-01 2.
constexpr size_t kTransportSequenceLength = 2;

inline bool IsTwoByteProfile(uint16_t profile) { return (profile & 0xfff0) == kTwoByteProfile; }

struct RtpExtensionElement {
  uint8_t id;
  uint8_t length;
  uint16_t offset;  // of the data in the packet
};

// Walks over the elements of one packet of at most 65,535 bytes, whose header was parsed. A malformed block gives the
// elements before the fault, one of another form none.
class RtpExtensionElements {
 public:
  RtpExtensionElements(const uint8_t* packet, const RtpHeader& header)
      : packet_(packet),
        offset_(header.extension_offset),
        end_(header.extension_offset + header.extension_length),
        two_byte_(IsTwoByteProfile(header.extension_profile)) {
    if (!two_byte_ && header.extension_profile != kOneByteProfile) offset_ = end_;
  }

  // False where there are no more.
  bool Next(RtpExtensionElement* element) { return two_byte_ ? NextTwoByte(element) : NextOneByte(element); }

 private:
  bool NextOneByte(RtpExtensionElement* element);
  bool NextTwoByte(RtpExtensionElement* element);
  bool Take(uint8_t id, size_t length, RtpExtensionElement* element);

  const uint8_t* packet_;
  size_t offset_;
  size_t end_;
  bool two_byte_;
};

#endif  // LIVE_WEBRTC_RTP_EXTENSION_H_
