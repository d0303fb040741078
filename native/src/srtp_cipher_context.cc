#include "srtp_cipher_context.h"

#include <utility>

const EVP_CIPHER* Aes128Gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  return cipher;
}

const EVP_CIPHER* Aes128CounterMode() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr);
  return cipher;
}

CipherContext MakeCipherContext(const EVP_CIPHER* cipher, const uint8_t* key, bool encrypt) {
  CipherContext context(EVP_CIPHER_CTX_new());
  if (cipher == nullptr || context == nullptr) return nullptr;
  // With an IV from the start, every later call that gives only an IV finds a complete context.
  const uint8_t iv[16] = {};
  if (EVP_CipherInit_ex2(context.get(), cipher, key, iv, encrypt ? 1 : 0, nullptr) != 1) return nullptr;
  return context;
}
