#include "srtp_aead.h"

#include <cstring>
#include <utility>

#include "bytes.h"

std::unique_ptr<SrtpAead> SrtpAead::Create(const SrtpSessionKeys& keys, Direction direction) {
  auto context = CipherContext::Create(Aes128Gcm(), keys.cipher_key, kIvLength, direction == Direction::kSend);
  if (context == nullptr) return nullptr;
  return std::unique_ptr<SrtpAead>(new SrtpAead(std::move(context), keys.salt));
}

SrtpAead::SrtpAead(std::unique_ptr<CipherContext> context, const uint8_t* salt) : context_(std::move(context)) {
  std::memcpy(salt_, salt, kIvLength);
}

bool SrtpAead::Begin(uint32_t ssrc, uint64_t index, const AssociatedData& associated) {
  uint8_t iv[kIvLength];
  std::memcpy(iv, salt_, kIvLength);
  MixIntoIv(iv, 2, ssrc, index);
  return context_->Begin(iv) && context_->Associate(associated.first, associated.first_length) &&
         (associated.second_length == 0 || context_->Associate(associated.second, associated.second_length));
}

bool SrtpAead::Seal(uint32_t ssrc, uint64_t index, const AssociatedData& associated, const uint8_t* plain,
                    size_t length, uint8_t* out) {
  return Begin(ssrc, index, associated) && (length == 0 || context_->Update(plain, length, out)) &&
         context_->WriteTag(out + length);
}

bool SrtpAead::Open(uint32_t ssrc, uint64_t index, const AssociatedData& associated, uint8_t* data, size_t length) {
  return Begin(ssrc, index, associated) && (length == 0 || context_->Update(data, length, data)) &&
         context_->VerifyTag(data + length);
}

void SrtpAead::RestoreCiphertext(uint32_t ssrc, uint64_t index, uint8_t* data, size_t length) {
  if (length > 0 && Begin(ssrc, index, {data, 0})) context_->Update(data, length, data);
}

bool SrtpAead::SealRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, const uint8_t* payload,
                       size_t payload_length) {
  return Seal(ssrc, index, {packet, header_length}, payload, payload_length, packet + header_length);
}

bool SrtpAead::OpenRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, size_t length) {
  uint8_t* data = packet + header_length;
  const size_t data_length = length - header_length - kTagLength;
  if (Open(ssrc, index, {packet, header_length}, data, data_length)) return true;
  RestoreCiphertext(ssrc, index, data, data_length);
  return false;
}

bool SrtpAead::SealRtcp(uint32_t ssrc, uint32_t index, const uint8_t* packet, size_t length, uint8_t* out) {
  uint8_t* trailer = out + length + kTagLength;
  WriteU32(trailer, kSrtcpEncryptedBit | index);
  std::memmove(out, packet, kRtcpHeaderLength);
  return Seal(ssrc, index, {out, kRtcpHeaderLength, trailer, kSrtcpIndexLength}, packet + kRtcpHeaderLength,
              length - kRtcpHeaderLength, out + kRtcpHeaderLength);
}

bool SrtpAead::OpenRtcp(uint32_t ssrc, uint32_t index, uint8_t* packet, size_t length) {
  const uint8_t* trailer = packet + length - kSrtcpIndexLength;
  return Open(ssrc, index, {packet, kRtcpHeaderLength, trailer, kSrtcpIndexLength}, packet + kRtcpHeaderLength,
              length - kRtcpHeaderLength - kTagLength - kSrtcpIndexLength);
}
