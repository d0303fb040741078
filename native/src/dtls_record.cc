#include "dtls_record.h"

namespace {

constexpr size_t kHeaderBytes = 13;
constexpr uint8_t kMajorVersion = 254;  // The complement of 1, for DTLS 1.0 and 1.2.
constexpr uint8_t kChangeCipherSpec = 20;
constexpr uint8_t kHandshake = 22;
constexpr uint8_t kApplicationData = 23;
constexpr size_t kGcmOverhead = 8 + 16;  // Explicit nonce and tag (RFC 5288 3).

size_t Read16(const uint8_t* bytes) { return static_cast<size_t>(bytes[0] << 8 | bytes[1]); }

bool IsPossible(uint8_t content_type, bool encrypted, size_t length) {
  if (encrypted) return content_type <= kApplicationData && length >= kGcmOverhead;
  return content_type <= kHandshake && length > 0;
}

}  // namespace

bool IsDtlsDatagram(const uint8_t* datagram, size_t length) {
  while (length >= kHeaderBytes) {
    const size_t payload_length = Read16(datagram + 11);
    if (datagram[0] < kChangeCipherSpec || datagram[1] != kMajorVersion) return false;
    const bool encrypted = Read16(datagram + 3) > 0;  // By the epoch.
    if (payload_length > length - kHeaderBytes || !IsPossible(datagram[0], encrypted, payload_length)) return false;
    datagram += kHeaderBytes + payload_length;
    length -= kHeaderBytes + payload_length;
  }
  return length == 0;
}

bool HoldsFinished(const uint8_t* datagram, size_t length) {
  while (length >= kHeaderBytes) {
    if (datagram[0] == kHandshake && Read16(datagram + 3) > 0) return true;
    const size_t record_length = kHeaderBytes + Read16(datagram + 11);
    if (record_length > length) return false;
    datagram += record_length;
    length -= record_length;
  }
  return false;
}

bool IsPastKeyExchange(const uint8_t* datagram) { return datagram[0] == kChangeCipherSpec || Read16(datagram + 3) > 0; }
