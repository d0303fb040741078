// SHA1_Init and the like are deprecated in favour of EVP, which has no state that can be copied without allocating.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "srtp_hmac.h"

#include <cstring>

#include <openssl/crypto.h>

namespace {

constexpr uint8_t kInnerPad = 0x36;
constexpr uint8_t kOuterPad = 0x5c;

void StartWithPad(SHA_CTX* state, const uint8_t* key, size_t length, uint8_t pad) {
  uint8_t block[SHA_CBLOCK];
  std::memset(block, pad, sizeof block);
  for (size_t i = 0; i < length && i < sizeof block; ++i) block[i] ^= key[i];
  SHA1_Init(state);
  SHA1_Update(state, block, sizeof block);
  OPENSSL_cleanse(block, sizeof block);
}

}  // namespace

SrtpHmac::SrtpHmac(const uint8_t* key, size_t length) {
  StartWithPad(&inner_, key, length, kInnerPad);
  StartWithPad(&outer_, key, length, kOuterPad);
}

SrtpHmac::~SrtpHmac() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

void SrtpHmac::Compute(const uint8_t* first, size_t first_length, const uint8_t* second, size_t second_length,
                       uint8_t* tag, size_t tag_length) const {
  uint8_t digest[SHA_DIGEST_LENGTH];
  SHA_CTX state = inner_;
  SHA1_Update(&state, first, first_length);
  if (second_length > 0) SHA1_Update(&state, second, second_length);
  SHA1_Final(digest, &state);
  state = outer_;
  SHA1_Update(&state, digest, sizeof digest);
  SHA1_Final(digest, &state);
  std::memcpy(tag, digest, tag_length);
}
