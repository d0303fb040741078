// The outer form of DTLS datagrams (RFC 6347 4.1), checked before OpenSSL sees them.
#ifndef LIVE_WEBRTC_DTLS_RECORD_H_
#define LIVE_WEBRTC_DTLS_RECORD_H_

#include <cstddef>
#include <cstdint>

// Whether the datagram is a row of whole records that DTLS 1.2 with AES-GCM may contain. OpenSSL ends a session on some
// records that fail this, though anybody who knows the addresses could have forged them.
bool IsDtlsDatagram(const uint8_t* datagram, size_t length);

// Whether a datagram of whole records holds an encrypted message of the handshake. Without renegotiation that is Finished.
bool HoldsFinished(const uint8_t* datagram, size_t length);

// Whether the first record of such a datagram is a ChangeCipherSpec or encrypted: nothing that takes public keys follows.
bool IsPastKeyExchange(const uint8_t* datagram);

#endif  // LIVE_WEBRTC_DTLS_RECORD_H_
