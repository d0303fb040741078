// OpenSSL cipher contexts and the IV that both SRTP profiles build alike.
#ifndef LIVE_WEBRTC_SRTP_CIPHER_CONTEXT_H_
#define LIVE_WEBRTC_SRTP_CIPHER_CONTEXT_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include <openssl/evp.h>

struct CipherContextDelete {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, CipherContextDelete>;

// The ciphers as OpenSSL's provider gives them, looked up once a process. Null where OpenSSL lacks one.
const EVP_CIPHER* Aes128Gcm();
const EVP_CIPHER* Aes128CounterMode();

// A context with its key set; null on failure.
CipherContext MakeCipherContext(const EVP_CIPHER* cipher, const uint8_t* key, bool encrypt);

// XORs SSRC and 48-bit packet index into an IV that holds the salt, at the offset of the SSRC: 2 for AES-GCM (RFC 7714
// 8.1), 4 for AES-CM (RFC 3711 4.1.1). An SRTCP index is the same with its upper 16 bits 0.
inline void MixIntoIv(uint8_t* iv, size_t ssrc_offset, uint32_t ssrc, uint64_t index) {
  for (size_t i = 0; i < 4; ++i) iv[ssrc_offset + i] ^= static_cast<uint8_t>(ssrc >> (24 - 8 * i));
  for (size_t i = 0; i < 6; ++i) iv[ssrc_offset + 4 + i] ^= static_cast<uint8_t>(index >> (40 - 8 * i));
}

#endif  // LIVE_WEBRTC_SRTP_CIPHER_CONTEXT_H_
