// The certificate that DTLS shows, and the fingerprints of certificates (RFC 8122).
#ifndef LIVE_WEBRTC_CERTIFICATE_H_
#define LIVE_WEBRTC_CERTIFICATE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "openssl_guard.h"

// What an SDP says about its sender's certificate.
struct Fingerprint {
  const EVP_MD* algorithm = nullptr;
  size_t length = 0;
  uint8_t bytes[EVP_MAX_MD_SIZE] = {};
};

// The hash of that name in lower case, e.g. 'sha-256' (RFC 8122 5); null for MD2, MD5 and names unknown.
const EVP_MD* FingerprintAlgorithm(const std::string& name);

// Whether the certificate has this fingerprint; takes the same time wherever they differ.
bool HasFingerprint(const X509* certificate, const Fingerprint& fingerprint);

// A self-signed ECDSA P-256 certificate with its key.
class Certificate {
 public:
  // Null where OpenSSL fails.
  static std::shared_ptr<Certificate> Generate();

  X509* x509() const { return x509_.get(); }
  EVP_PKEY* key() const { return key_.get(); }
  // SHA-256 of the DER encoding.
  const uint8_t (&fingerprint() const)[32] { return fingerprint_; }

 private:
  Certificate() = default;

  X509Pointer x509_;
  PrivateKeyPointer key_;
  uint8_t fingerprint_[32] = {};
};

#endif  // LIVE_WEBRTC_CERTIFICATE_H_
