#include "certificate.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/rand.h>

namespace {

// Peers compare the fingerprint alone, but some refuse a certificate outside its validity: a day back for clocks that
// are behind, and longer ahead than a process runs.
constexpr long kDaySeconds = 24 * 60 * 60;
constexpr long kValiditySeconds = 3650 * kDaySeconds;

bool SetSerialNumber(X509* x509) {
  uint64_t serial;
  if (RAND_bytes(reinterpret_cast<uint8_t*>(&serial), sizeof serial) != 1) return false;
  serial >>= 1;  // The DER encoding stays positive and within 20 bytes (RFC 5280 4.1.2.2).
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial | 1) == 1;
}

// Nothing in it tells the machine or the server apart from others.
bool SetNames(X509* x509) {
  X509_NAME* name = X509_get_subject_name(x509);
  const auto* common_name = reinterpret_cast<const unsigned char*>("WebRTC");
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
         X509_set_issuer_name(x509, name) == 1;
}

}  // namespace

const EVP_MD* FingerprintAlgorithm(const std::string& name) {
  if (name == "sha-256") return EVP_sha256();
  if (name == "sha-1") return EVP_sha1();
  if (name == "sha-224") return EVP_sha224();
  if (name == "sha-384") return EVP_sha384();
  if (name == "sha-512") return EVP_sha512();
  return nullptr;
}

bool HasFingerprint(const X509* certificate, const Fingerprint& fingerprint) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (X509_digest(certificate, fingerprint.algorithm, digest, &length) != 1) return false;
  return length == fingerprint.length && CRYPTO_memcmp(digest, fingerprint.bytes, length) == 0;
}

std::shared_ptr<Certificate> Certificate::Generate() {
  ErrorQueueGuard guard;
  std::shared_ptr<Certificate> result(new Certificate());
  result->key_.reset(EVP_EC_gen("P-256"));
  result->x509_.reset(X509_new());
  X509* x509 = result->x509_.get();
  if (!result->key_ || x509 == nullptr) return nullptr;
  bool complete = X509_set_version(x509, X509_VERSION_3) == 1 && SetSerialNumber(x509) && SetNames(x509) &&
                  X509_gmtime_adj(X509_getm_notBefore(x509), -kDaySeconds) != nullptr &&
                  X509_gmtime_adj(X509_getm_notAfter(x509), kValiditySeconds) != nullptr &&
                  X509_set_pubkey(x509, result->key()) == 1 && X509_sign(x509, result->key(), EVP_sha256()) > 0;
  if (!complete) return nullptr;
  unsigned length = 0;
  if (X509_digest(x509, EVP_sha256(), result->fingerprint_, &length) != 1) return nullptr;
  return result;
}
