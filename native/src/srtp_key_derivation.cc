#include "srtp_key_derivation.h"

#include <cstring>

#include "srtp_cipher_context.h"

namespace {

// RFC 3711 4.3.1 and 4.3.2. SRTCP's labels follow SRTP's.
constexpr uint8_t kLabelCipherKey = 0;
constexpr uint8_t kLabelAuthenticationKey = 1;
constexpr uint8_t kLabelSalt = 2;
constexpr uint8_t kRtcpLabelOffset = 3;
constexpr size_t kLabelOffset = 7;
constexpr size_t kIvLength = 16;

// The AES-CM key derivation function with an index of 0. `salt` is 14 bytes; RFC 7714 11 fills a shorter one with zeros
// at its end.
bool Derive(CipherContext* context, const uint8_t* salt, uint8_t label, uint8_t* out, size_t length) {
  uint8_t iv[kIvLength] = {};
  std::memcpy(iv, salt, kSrtpMaxSaltLength);
  iv[kLabelOffset] ^= label;
  const uint8_t zeros[32] = {};
  return context->Begin(iv) && context->Update(zeros, length, out);
}

bool DeriveOne(CipherContext* context, const uint8_t* salt, size_t salt_length, uint8_t offset,
               SrtpSessionKeys* keys) {
  std::memset(keys->salt, 0, sizeof keys->salt);
  return Derive(context, salt, offset + kLabelCipherKey, keys->cipher_key, sizeof keys->cipher_key) &&
         Derive(context, salt, offset + kLabelAuthenticationKey, keys->authentication_key,
                sizeof keys->authentication_key) &&
         Derive(context, salt, offset + kLabelSalt, keys->salt, salt_length);
}

}  // namespace

bool DeriveSrtpSessionKeys(SrtpProfile profile, const uint8_t* master_key, const uint8_t* master_salt,
                           SrtpSessionKeys* rtp, SrtpSessionKeys* rtcp) {
  const auto context = CipherContext::Create(Aes128CounterMode(), master_key, kIvLength, true);
  if (context == nullptr) return false;
  const size_t salt_length = SrtpSaltLength(profile);
  uint8_t salt[kSrtpMaxSaltLength] = {};
  std::memcpy(salt, master_salt, salt_length);
  return DeriveOne(context.get(), salt, salt_length, 0, rtp) &&
         DeriveOne(context.get(), salt, salt_length, kRtcpLabelOffset, rtcp);
}
