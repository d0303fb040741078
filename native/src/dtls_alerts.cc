#include "dtls_alerts.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstring>

namespace {

constexpr size_t kHeaderBytes = 13;
constexpr size_t kExplicitNonceBytes = 8;
constexpr size_t kTagBytes = 16;
constexpr size_t kAlertBytes = 2;
constexpr size_t kSealedPayloadBytes = kExplicitNonceBytes + kAlertBytes + kTagBytes;

constexpr uint8_t kContentTypeAlert = 21;
constexpr uint8_t kLevelWarning = 1;
constexpr uint8_t kLevelFatal = 2;
constexpr uint8_t kCloseNotify = 0;
// Beyond the few records that the handshake sent in this epoch, so that the peer's replay check lets it pass.
constexpr uint8_t kSequenceNumber[6] = {0, 0, 0, 1, 0, 0};

using KdfPointer = std::unique_ptr<EVP_KDF, FreeBy<EVP_KDF_free>>;
using KdfContextPointer = std::unique_ptr<EVP_KDF_CTX, FreeBy<EVP_KDF_CTX_free>>;
using CipherContextPointer = std::unique_ptr<EVP_CIPHER_CTX, FreeBy<EVP_CIPHER_CTX_free>>;

// Memory that is wiped when it goes.
template <size_t size>
struct Secret {
  uint8_t bytes[size];
  ~Secret() { OPENSSL_cleanse(bytes, size); }
};

// key_block = PRF(master_secret, "key expansion", server_random + client_random) (RFC 5246 6.3)
bool DeriveKeyBlock(SSL* ssl, uint8_t* block, size_t length) {
  Secret<SSL_MAX_MASTER_KEY_LENGTH> master;
  const size_t master_length = SSL_SESSION_get_master_key(SSL_get_session(ssl), master.bytes, sizeof master.bytes);
  uint8_t randoms[2 * SSL3_RANDOM_SIZE];
  SSL_get_server_random(ssl, randoms, SSL3_RANDOM_SIZE);
  SSL_get_client_random(ssl, randoms + SSL3_RANDOM_SIZE, SSL3_RANDOM_SIZE);
  const EVP_MD* digest = SSL_CIPHER_get_handshake_digest(SSL_get_current_cipher(ssl));
  if (digest == nullptr || master_length == 0) return false;
  const KdfPointer kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_TLS1_PRF, nullptr));
  const KdfContextPointer context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  if (!context) return false;
  char label[] = "key expansion";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(EVP_MD_get0_name(digest)), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, master.bytes, master_length),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, label, sizeof label - 1),  // Seeds are joined.
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, randoms, sizeof randoms),
      OSSL_PARAM_construct_end(),
  };
  return EVP_KDF_derive(context.get(), block, length, parameters) == 1;
}

// The suites that DtlsContext allows.
const EVP_CIPHER* CipherOf(const SSL* ssl) {
  switch (SSL_CIPHER_get_cipher_nid(SSL_get_current_cipher(ssl))) {
    case NID_aes_128_gcm:
      return EVP_aes_128_gcm();
    case NID_aes_256_gcm:
      return EVP_aes_256_gcm();
    default:
      return nullptr;
  }
}

// What GCM authenticates besides the alert (RFC 5246 6.2.3.3): epoch and sequence number, type, version, length.
void WriteAdditionalData(const uint8_t* header, uint8_t out[kHeaderBytes]) {
  std::memcpy(out, header + 3, 8);
  std::memcpy(out + 8, header, 3);
  out[11] = 0;
  out[12] = kAlertBytes;
}

}  // namespace

std::unique_ptr<DtlsAlerts> DtlsAlerts::Create(SSL* ssl, bool client) {
  std::unique_ptr<DtlsAlerts> result(new DtlsAlerts());
  result->cipher_ = CipherOf(ssl);
  if (result->cipher_ == nullptr) return nullptr;
  const size_t key_length = static_cast<size_t>(EVP_CIPHER_get_key_length(result->cipher_));
  Secret<2 * (kMaxKeyBytes + kSaltBytes)> block;
  if (!DeriveKeyBlock(ssl, block.bytes, 2 * (key_length + kSaltBytes))) return nullptr;
  // client key, server key, client salt, server salt
  Keys* client_keys = client ? &result->local_ : &result->remote_;
  Keys* server_keys = client ? &result->remote_ : &result->local_;
  const uint8_t* at = block.bytes;
  std::memcpy(client_keys->key, at, key_length);
  std::memcpy(server_keys->key, at += key_length, key_length);
  std::memcpy(client_keys->salt, at += key_length, kSaltBytes);
  std::memcpy(server_keys->salt, at + kSaltBytes, kSaltBytes);
  return result;
}

DtlsAlerts::~DtlsAlerts() {
  OPENSSL_cleanse(&local_, sizeof local_);
  OPENSSL_cleanse(&remote_, sizeof remote_);
}

bool DtlsAlerts::SealCloseNotify(uint8_t out[kSealedBytes]) const {
  const uint8_t header[kHeaderBytes] = {kContentTypeAlert, 0xfe, 0xfd, 0, 1};
  std::memcpy(out, header, sizeof header);
  std::memcpy(out + 5, kSequenceNumber, sizeof kSequenceNumber);
  out[12] = kSealedPayloadBytes;
  uint8_t nonce[kSaltBytes + kExplicitNonceBytes];
  std::memcpy(nonce, local_.salt, kSaltBytes);
  // Random, because OpenSSL's count for this key starts at random too and is not known here.
  if (RAND_bytes(nonce + kSaltBytes, kExplicitNonceBytes) != 1) return false;
  uint8_t* payload = out + kHeaderBytes;
  std::memcpy(payload, nonce + kSaltBytes, kExplicitNonceBytes);
  uint8_t* sealed = payload + kExplicitNonceBytes;
  uint8_t additional[kHeaderBytes];
  WriteAdditionalData(out, additional);
  const uint8_t alert[kAlertBytes] = {kLevelWarning, kCloseNotify};
  const CipherContextPointer context(EVP_CIPHER_CTX_new());
  int length;
  return context && EVP_EncryptInit_ex(context.get(), cipher_, nullptr, local_.key, nonce) == 1 &&
         EVP_EncryptUpdate(context.get(), nullptr, &length, additional, sizeof additional) == 1 &&
         EVP_EncryptUpdate(context.get(), sealed, &length, alert, kAlertBytes) == 1 &&
         EVP_EncryptFinal_ex(context.get(), sealed + kAlertBytes, &length) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, sealed + kAlertBytes) == 1;
}

bool DtlsAlerts::EndsSession(const uint8_t* datagram, size_t length) const {
  while (length >= kHeaderBytes) {
    const size_t payload_length = static_cast<size_t>(datagram[11] << 8 | datagram[12]);
    if (payload_length > length - kHeaderBytes) return false;
    const bool sealed_alert = datagram[0] == kContentTypeAlert && datagram[3] == 0 && datagram[4] == 1 &&
                              payload_length == kSealedPayloadBytes;
    uint8_t alert[kAlertBytes];
    if (sealed_alert && Open(datagram, alert) && (alert[0] == kLevelFatal || alert[1] == kCloseNotify)) return true;
    datagram += kHeaderBytes + payload_length;
    length -= kHeaderBytes + payload_length;
  }
  return false;
}

bool DtlsAlerts::Open(const uint8_t* record, uint8_t alert[2]) const {
  const uint8_t* payload = record + kHeaderBytes;
  const uint8_t* sealed = payload + kExplicitNonceBytes;
  uint8_t nonce[kSaltBytes + kExplicitNonceBytes];
  std::memcpy(nonce, remote_.salt, kSaltBytes);
  std::memcpy(nonce + kSaltBytes, payload, kExplicitNonceBytes);
  uint8_t additional[kHeaderBytes];
  WriteAdditionalData(record, additional);
  uint8_t tag[kTagBytes];
  std::memcpy(tag, sealed + kAlertBytes, kTagBytes);
  const CipherContextPointer context(EVP_CIPHER_CTX_new());
  int length;
  return context && EVP_DecryptInit_ex(context.get(), cipher_, nullptr, remote_.key, nonce) == 1 &&
         EVP_DecryptUpdate(context.get(), nullptr, &length, additional, sizeof additional) == 1 &&
         EVP_DecryptUpdate(context.get(), alert, &length, sealed, kAlertBytes) == 1 &&
         EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag) == 1 &&
         EVP_DecryptFinal_ex(context.get(), alert + kAlertBytes, &length) == 1;
}
