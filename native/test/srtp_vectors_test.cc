// Published vectors: RFC 3711 appendix B, RFC 7714 sections 16 and 17.
#include <cstring>

#include "../src/srtp_aead.h"
#include "../src/srtp_counter_mode.h"
#include "../src/srtp_key_derivation.h"
#include "../src/srtp_session.h"
#include "check.h"

namespace {

void Fill(uint8_t* out, const char* hex) {
  const Bytes bytes = FromHex(hex);
  std::memcpy(out, bytes.data(), bytes.size());
}

// The key and salt that all examples of RFC 7714 16 and 17 use as session keys.
SrtpSessionKeys Rfc7714Keys() {
  SrtpSessionKeys keys{};
  Fill(keys.cipher_key, "000102030405060708090a0b0c0d0e0f");
  Fill(keys.salt, "517569642070726f2071756f");
  return keys;
}

const char* const kRtpHeader = "8040f17b 8041f8d3 5501a0b2";
const char* const kRtpPayload = "47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472 6573";
const char* const kProtectedRtp =
    "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf"
    "8833899d 7f27beb1 6a9152cf 765ee439 0cce";
const char* const kRtcp =
    "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef"
    "deadbeef";
const char* const kProtectedRtcp =
    "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded"
    "0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4";
constexpr uint32_t kRtcpIndex = 0x5d4;

}  // namespace

TEST("srtp: RFC 3711 B.2, AES-CM keystream") {
  SrtpSessionKeys keys{};
  Fill(keys.cipher_key, "2b7e151628aed2a6abf7158809cf4f3c");
  Fill(keys.salt, "f0f1f2f3f4f5f6f7f8f9fafbfcfd");
  const auto transform = SrtpCounterMode::Create(keys);
  REQUIRE(transform != nullptr);
  // The RFC prints the first and the last three of 0xff02 blocks.
  const size_t length = 0xff02 * 16;
  Bytes stream(length);
  REQUIRE(transform->Crypt(0, 0, Bytes(length).data(), length, stream.data()));
  EXPECT_EQUAL(Bytes(stream.begin(), stream.begin() + 48),
               FromHex("e03ead0935c95e80e166b16dd92b4eb4 d23513162b02d0f72a43a2fe4a5f97ab"
                       "41e95b3bb0a2e8dd477901e4fca894c0"));
  EXPECT_EQUAL(Bytes(stream.end() - 48, stream.end()),
               FromHex("ec8cdf7398607cb0f2d21675ea9ea1e4 362b7c3c6773516318a077d7fc5073ae"
                       "6a2cc3787889374fbeb4c81b17ba6c44"));
}

TEST("srtp: RFC 3711 B.3, key derivation") {
  const Bytes key = FromHex("e1f97a0d3e018be0d64fa32c06de4139");
  const Bytes salt = FromHex("0ec675ad498afeebb6960b3aabe6");
  SrtpSessionKeys rtp;
  SrtpSessionKeys rtcp;
  REQUIRE(DeriveSrtpSessionKeys(SrtpProfile::kAes128CmHmacSha1_80, key.data(), salt.data(), &rtp, &rtcp));
  EXPECT_EQUAL(Bytes(rtp.cipher_key, rtp.cipher_key + 16), FromHex("c61e7a93744f39ee10734afe3ff7a087"));
  EXPECT_EQUAL(Bytes(rtp.salt, rtp.salt + 14), FromHex("30cbbc08863d8c85d49db34a9ae1"));
  // The RFC prints 94 bytes of authentication key; HMAC-SHA1 uses the first 20.
  EXPECT_EQUAL(Bytes(rtp.authentication_key, rtp.authentication_key + 20),
               FromHex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
  EXPECT(std::memcmp(&rtp, &rtcp, sizeof rtp) != 0);
}

TEST("srtp: RFC 7714 16.1, AEAD_AES_128_GCM protects RTP") {
  const auto sender = SrtpSender::CreateFromSessionKeys(SrtpProfile::kAeadAes128Gcm, Rfc7714Keys(), Rfc7714Keys());
  REQUIRE(sender != nullptr);
  const Bytes header = FromHex(kRtpHeader);
  const Bytes payload = FromHex(kRtpPayload);
  Bytes out(200);
  out.resize(sender->ProtectRtp(header.data(), header.size(), payload.data(), payload.size(), false, out.data(),
                                out.size()));
  EXPECT_EQUAL(out, FromHex(kProtectedRtp));
}

TEST("srtp: RFC 7714 16.2, AEAD_AES_128_GCM opens RTP") {
  const auto receiver = SrtpReceiver::CreateFromSessionKeys(SrtpProfile::kAeadAes128Gcm, Rfc7714Keys(), Rfc7714Keys());
  REQUIRE(receiver != nullptr);
  Bytes packet = FromHex(kProtectedRtp);
  size_t length = 0;
  EXPECT(receiver->UnprotectRtp(packet.data(), packet.size(), &length) == SrtpReceiver::Result::kOk);
  packet.resize(length);
  Bytes expected = FromHex(kRtpHeader);
  const Bytes payload = FromHex(kRtpPayload);
  expected.insert(expected.end(), payload.begin(), payload.end());
  EXPECT_EQUAL(packet, expected);
}

TEST("srtp: RFC 7714 16.3, AEAD_AES_128_GCM authenticates RTP without encryption") {
  const auto aead = SrtpAead::Create(Rfc7714Keys(), SrtpTransform::Direction::kSend);
  REQUIRE(aead != nullptr);
  Bytes packet = FromHex(kRtpHeader);
  const Bytes payload = FromHex(kRtpPayload);
  packet.insert(packet.end(), payload.begin(), payload.end());
  Bytes tag(16);
  EXPECT(aead->Seal(0x5501a0b2, 0xf17b, {packet.data(), packet.size()}, nullptr, 0, tag.data()));
  EXPECT_EQUAL(tag, FromHex("22493f82 d2bce397 e9d79e3b 19aa4216"));
}

TEST("srtp: RFC 7714 17.1, AEAD_AES_128_GCM protects RTCP") {
  const auto sender = SrtpSender::CreateFromSessionKeys(SrtpProfile::kAeadAes128Gcm, Rfc7714Keys(), Rfc7714Keys());
  REQUIRE(sender != nullptr);
  sender->set_next_rtcp_index_for_test(kRtcpIndex);
  const Bytes packet = FromHex(kRtcp);
  Bytes out(200);
  out.resize(sender->ProtectRtcp(packet.data(), packet.size(), out.data(), out.size()));
  EXPECT_EQUAL(out, FromHex(kProtectedRtcp));
}

TEST("srtp: RFC 7714 17.2, AEAD_AES_128_GCM opens RTCP") {
  const auto receiver = SrtpReceiver::CreateFromSessionKeys(SrtpProfile::kAeadAes128Gcm, Rfc7714Keys(), Rfc7714Keys());
  REQUIRE(receiver != nullptr);
  Bytes packet = FromHex(kProtectedRtcp);
  size_t length = 0;
  EXPECT(receiver->UnprotectRtcp(packet.data(), packet.size(), &length) == SrtpReceiver::Result::kOk);
  packet.resize(length);
  EXPECT_EQUAL(packet, FromHex(kRtcp));
}

TEST("srtp: RFC 7714 17.3, AEAD_AES_128_GCM authenticates RTCP without encryption") {
  const auto seal = SrtpAead::Create(Rfc7714Keys(), SrtpTransform::Direction::kSend);
  const auto open = SrtpAead::Create(Rfc7714Keys(), SrtpTransform::Direction::kReceive);
  REQUIRE(seal != nullptr && open != nullptr);
  const Bytes packet = FromHex(kRtcp);
  const Bytes index = FromHex("000005d4");
  const SrtpAead::AssociatedData associated{packet.data(), packet.size(), index.data(), index.size()};
  Bytes tag(16);
  EXPECT(seal->Seal(0x4d617273, kRtcpIndex, associated, nullptr, 0, tag.data()));
  EXPECT_EQUAL(tag, FromHex("841dd968 3dd78ec9 2ae58790 125f62b3"));
  EXPECT(open->Open(0x4d617273, kRtcpIndex, associated, tag.data(), 0));
}

// The E bit cannot be cleared on a session that encrypts.
TEST("srtp: RFC 7714 17.3, unencrypted RTCP is refused by a session") {
  const auto receiver = SrtpReceiver::CreateFromSessionKeys(SrtpProfile::kAeadAes128Gcm, Rfc7714Keys(), Rfc7714Keys());
  REQUIRE(receiver != nullptr);
  Bytes packet = FromHex(kRtcp);
  const Bytes tail = FromHex("841dd968 3dd78ec9 2ae58790 125f62b3 000005d4");
  packet.insert(packet.end(), tail.begin(), tail.end());
  size_t length = 0;
  EXPECT(receiver->UnprotectRtcp(packet.data(), packet.size(), &length) == SrtpReceiver::Result::kMalformed);
}
