#include "srtp_counter_mode.h"

#include <cstring>
#include <utility>

#include <openssl/crypto.h>

#include "bytes.h"

std::unique_ptr<SrtpCounterMode> SrtpCounterMode::Create(const SrtpSessionKeys& keys) {
  auto context = CipherContext::Create(Aes128CounterMode(), keys.cipher_key, kIvLength, true);
  if (context == nullptr) return nullptr;
  return std::unique_ptr<SrtpCounterMode>(new SrtpCounterMode(std::move(context), keys));
}

SrtpCounterMode::SrtpCounterMode(std::unique_ptr<CipherContext> context, const SrtpSessionKeys& keys)
    : context_(std::move(context)), hmac_(keys.authentication_key, kSrtpAuthenticationKeyLength) {
  // The last 16 bits count blocks.
  std::memset(salt_, 0, kIvLength);
  std::memcpy(salt_, keys.salt, kSrtpMaxSaltLength);
}

bool SrtpCounterMode::Crypt(uint32_t ssrc, uint64_t index, const uint8_t* in, size_t length, uint8_t* out) {
  if (length == 0) return true;
  uint8_t iv[kIvLength];
  std::memcpy(iv, salt_, kIvLength);
  MixIntoIv(iv, 4, ssrc, index);
  return context_->Begin(iv) && context_->Update(in, length, out);
}

bool SrtpCounterMode::SealRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length,
                              const uint8_t* payload, size_t payload_length) {
  if (!Crypt(ssrc, index, payload, payload_length, packet + header_length)) return false;
  const size_t length = header_length + payload_length;
  uint8_t rollover[4];
  WriteU32(rollover, static_cast<uint32_t>(index >> 16));
  hmac_.Compute(packet, length, rollover, sizeof rollover, packet + length, kTagLength);
  return true;
}

bool SrtpCounterMode::OpenRtp(uint32_t ssrc, uint64_t index, uint8_t* packet, size_t header_length, size_t length) {
  const size_t plain_length = length - kTagLength;
  uint8_t rollover[4];
  uint8_t tag[kTagLength];
  WriteU32(rollover, static_cast<uint32_t>(index >> 16));
  hmac_.Compute(packet, plain_length, rollover, sizeof rollover, tag, kTagLength);
  if (CRYPTO_memcmp(tag, packet + plain_length, kTagLength) != 0) return false;
  uint8_t* payload = packet + header_length;
  return Crypt(ssrc, index, payload, plain_length - header_length, payload);
}

bool SrtpCounterMode::SealRtcp(uint32_t ssrc, uint32_t index, const uint8_t* packet, size_t length, uint8_t* out) {
  std::memmove(out, packet, kRtcpHeaderLength);
  if (!Crypt(ssrc, index, packet + kRtcpHeaderLength, length - kRtcpHeaderLength, out + kRtcpHeaderLength)) {
    return false;
  }
  WriteU32(out + length, kSrtcpEncryptedBit | index);
  const size_t authenticated = length + kSrtcpIndexLength;
  hmac_.Compute(out, authenticated, nullptr, 0, out + authenticated, kTagLength);
  return true;
}

bool SrtpCounterMode::OpenRtcp(uint32_t ssrc, uint32_t index, uint8_t* packet, size_t length) {
  const size_t authenticated = length - kTagLength;
  uint8_t tag[kTagLength];
  hmac_.Compute(packet, authenticated, nullptr, 0, tag, kTagLength);
  if (CRYPTO_memcmp(tag, packet + authenticated, kTagLength) != 0) return false;
  uint8_t* body = packet + kRtcpHeaderLength;
  return Crypt(ssrc, index, body, authenticated - kSrtcpIndexLength - kRtcpHeaderLength, body);
}
