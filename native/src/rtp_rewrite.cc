#include "rtp_rewrite.h"

#include <cstring>

#include "bytes.h"

namespace {

constexpr size_t kMaxPacketLength = 65535;
constexpr size_t kExtensionStartLength = 4;
constexpr size_t kMaxOneByteLength = 16;
constexpr size_t kTwoByteElementHeaderLength = 2;

size_t RoundUpToWord(size_t length) { return (length + 3) & ~size_t{3}; }

// Writes one element and returns its length; 0 where the form cannot hold it.
size_t WriteElement(bool two_byte, uint8_t id, const uint8_t* data, size_t length, uint8_t* out) {
  if (two_byte) {
    out[0] = id;
    out[1] = static_cast<uint8_t>(length);
    std::memcpy(out + 2, data, length);
    return length + 2;
  }
  if (id > kMaxOneByteId || length == 0 || length > kMaxOneByteLength) return 0;
  out[0] = static_cast<uint8_t>(id << 4 | (length - 1));
  std::memcpy(out + 1, data, length);
  return length + 1;
}

}  // namespace

bool RtpRewrite::Prepare(const uint8_t* packet, size_t length) {
  if (length > kMaxPacketLength || !ParseRtpHeader(packet, length, &header_) ||
      !RtpPaddingLength(packet, length, header_, &padding_length_)) {
    return false;
  }
  packet_ = packet;
  payload_length_ = length - header_.header_length;
  vp8_ = ParseVp8Descriptor(payload(), payload_octets());
  element_count_ = 0;
  two_byte_ = IsTwoByteProfile(header_.extension_profile);
  RtpExtensionElements elements(packet, header_);
  RtpExtensionElement element;
  while (element_count_ < kMaxElements && elements.Next(&element)) {
    // Rows map ids 1 to 14 only.
    if (element.id <= kMaxOneByteId) elements_[element_count_++] = element;
  }
  size_t extension = 2 * kTwoByteElementHeaderLength + kRowMaxMidLength + kTransportSequenceLength;
  for (size_t i = 0; i < element_count_; ++i) extension += kTwoByteElementHeaderLength + elements_[i].length;
  max_header_length_ =
      kRtpFixedHeaderLength + size_t{4} * header_.csrc_count + kExtensionStartLength + RoundUpToWord(extension);
  return true;
}

bool RtpRewrite::UsesTwoByteForm(const FanOutRow& row) const {
  if ((row.flags & kRowTwoByteExtensions) == 0) return false;
  if (two_byte_ || row.mid_extension_id > kMaxOneByteId || row.transport_sequence_id > kMaxOneByteId) return true;
  for (size_t i = 0; i < element_count_; ++i) {
    if (row.extension_map[elements_[i].id] > kMaxOneByteId) return true;
  }
  return false;
}

size_t RtpRewrite::WriteExtension(const FanOutRow& row, const uint16_t* transport_sequence, uint8_t* out) const {
  const bool two_byte = UsesTwoByteForm(row);
  size_t length = kExtensionStartLength;
  for (size_t i = 0; i < element_count_; ++i) {
    const RtpExtensionElement& element = elements_[i];
    const uint8_t id = row.extension_map[element.id];
    if (id != 0) length += WriteElement(two_byte, id, packet_ + element.offset, element.length, out + length);
  }
  if (row.mid_extension_id != 0 && row.mid_length > 0 && row.mid_length <= kRowMaxMidLength) {
    length += WriteElement(two_byte, row.mid_extension_id, row.mid, row.mid_length, out + length);
  }
  if (transport_sequence != nullptr && row.transport_sequence_id != 0) {
    uint8_t number[kTransportSequenceLength];
    WriteU16(number, *transport_sequence);
    length += WriteElement(two_byte, row.transport_sequence_id, number, sizeof number, out + length);
  }
  if (length == kExtensionStartLength) return 0;
  while (length % 4 != 0) out[length++] = 0;
  WriteU16(out, two_byte ? kTwoByteProfile : kOneByteProfile);
  WriteU16(out + 2, static_cast<uint16_t>((length - kExtensionStartLength) / 4));
  return length;
}

size_t RtpRewrite::Write(const FanOutRow& row, const uint16_t* transport_sequence, uint8_t* out) const {
  const size_t csrc_length = size_t{4} * header_.csrc_count;
  std::memcpy(out + kRtpFixedHeaderLength, packet_ + kRtpFixedHeaderLength, csrc_length);
  const size_t extension_length = WriteExtension(row, transport_sequence, out + kRtpFixedHeaderLength + csrc_length);
  constexpr uint8_t kExtensionBit = 0x10;
  out[0] = static_cast<uint8_t>((packet_[0] & ~kExtensionBit) | (extension_length > 0 ? kExtensionBit : 0));
  out[1] = static_cast<uint8_t>((packet_[1] & 0x80) | (row.payload_type & 0x7f));
  WriteU16(out + 2, static_cast<uint16_t>(header_.sequence + row.sequence_offset));
  WriteU32(out + 4, header_.timestamp + row.timestamp_offset);
  WriteU32(out + 8, row.ssrc);
  return kRtpFixedHeaderLength + csrc_length + extension_length;
}

const uint8_t* RtpRewrite::WritePayload(const FanOutRow& row, uint8_t* out) const {
  if ((row.flags & kRowVp8) == 0 || !vp8_.has_fields()) return payload();
  std::memcpy(out, payload(), payload_length_);
  RewriteVp8Descriptor(vp8_, row, out);
  return out;
}
