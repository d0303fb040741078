// The alerts of a DTLS 1.2 session after its handshake, without OpenSSL's session object.
#ifndef LIVE_WEBRTC_DTLS_ALERTS_H_
#define LIVE_WEBRTC_DTLS_ALERTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "openssl_guard.h"

// Once the handshake is done, all that DTLS still carries for SRTP is the alert that ends it. For that
// OpenSSL would keep 34 KB a peer; this keeps the record keys alone (RFC 5246 6.3, RFC 5288).
class DtlsAlerts {
 public:
  // Bytes of a sealed alert: record header, explicit nonce, alert, tag.
  static constexpr size_t kSealedBytes = 13 + 8 + 2 + 16;

  // From a session whose handshake is complete. Null where OpenSSL fails or the cipher suite is not one with AES-GCM.
  static std::unique_ptr<DtlsAlerts> Create(SSL* ssl, bool client);
  ~DtlsAlerts();
  DtlsAlerts(const DtlsAlerts&) = delete;
  DtlsAlerts& operator=(const DtlsAlerts&) = delete;

  // Writes a close_notify, to be sent once. False where OpenSSL fails.
  bool SealCloseNotify(uint8_t out[kSealedBytes]) const;
  // Whether the datagram (IsDtlsDatagram) holds an authentic alert that ends the session: close_notify or a fatal one.
  bool EndsSession(const uint8_t* datagram, size_t length) const;

 private:
  static constexpr size_t kMaxKeyBytes = 32;
  static constexpr size_t kSaltBytes = 4;

  // One direction's keys.
  struct Keys {
    uint8_t key[kMaxKeyBytes];
    uint8_t salt[kSaltBytes];
  };

  DtlsAlerts() = default;
  bool Open(const uint8_t* record, uint8_t alert[2]) const;

  const EVP_CIPHER* cipher_ = nullptr;
  Keys local_{};
  Keys remote_{};
};

#endif  // LIVE_WEBRTC_DTLS_ALERTS_H_
