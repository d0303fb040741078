#include "rtp_header.h"

#include "bytes.h"

namespace {

constexpr size_t kExtensionStartLength = 4;

}  // namespace

bool ParseRtpHeader(const uint8_t* packet, size_t length, RtpHeader* header) {
  if (length < kRtpFixedHeaderLength || packet[0] >> 6 != 2) return false;
  header->padding = (packet[0] & 0x20) != 0;
  header->extension = (packet[0] & 0x10) != 0;
  header->csrc_count = packet[0] & 0x0f;
  header->marker = (packet[1] & 0x80) != 0;
  header->payload_type = packet[1] & 0x7f;
  header->sequence = ReadU16(packet + 2);
  header->timestamp = ReadU32(packet + 4);
  header->ssrc = ReadU32(packet + 8);
  header->extension_profile = 0;
  header->extension_length = 0;
  size_t offset = kRtpFixedHeaderLength + size_t{4} * header->csrc_count;
  if (offset > length) return false;
  if (header->extension) {
    if (length - offset < kExtensionStartLength) return false;
    header->extension_profile = ReadU16(packet + offset);
    header->extension_length = size_t{4} * ReadU16(packet + offset + 2);
    offset += kExtensionStartLength;
    if (length - offset < header->extension_length) return false;
  }
  header->extension_offset = offset;
  header->header_length = offset + header->extension_length;
  return true;
}

bool RtpPaddingLength(const uint8_t* packet, size_t length, const RtpHeader& header, size_t* padding_length) {
  *padding_length = 0;
  if (!header.padding) return true;
  if (length <= header.header_length) return false;
  *padding_length = packet[length - 1];
  return *padding_length > 0 && *padding_length <= length - header.header_length;
}
