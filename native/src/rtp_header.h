// Strict parsing of RTP headers (RFC 3550 5.1, RFC 8285).
#ifndef LIVE_WEBRTC_RTP_HEADER_H_
#define LIVE_WEBRTC_RTP_HEADER_H_

#include <cstddef>
#include <cstdint>

constexpr size_t kRtpFixedHeaderLength = 12;

// What an RTP header says. Offsets and lengths are in bytes from the packet's start and lie within it.
struct RtpHeader {
  uint8_t payload_type;
  bool marker;
  bool padding;    // the P bit
  bool extension;  // the X bit
  uint8_t csrc_count;
  uint16_t sequence;
  uint32_t timestamp;
  uint32_t ssrc;
  uint16_t extension_profile;  // 0 without extension
  size_t extension_offset;     // first byte after the 4 bytes that start the extension
  size_t extension_length;     // bytes of extension data, a multiple of 4
  size_t header_length;        // fixed part, CSRCs and extension
};

// Parses everything up to the payload. False where a length does not fit or the version is not 2. Padding is not
// checked, because it is encrypted in SRTP.
bool ParseRtpHeader(const uint8_t* packet, size_t length, RtpHeader* header);

// Bytes of padding at the end of a plain packet whose header was parsed; 0 without P bit. False where the padding count
// is 0 or larger than what follows the header.
bool RtpPaddingLength(const uint8_t* packet, size_t length, const RtpHeader& header, size_t* padding_length);

#endif  // LIVE_WEBRTC_RTP_HEADER_H_
