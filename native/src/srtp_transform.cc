#include "srtp_transform.h"

#include "srtp_aead.h"
#include "srtp_counter_mode.h"

std::unique_ptr<SrtpTransform> SrtpTransform::Create(SrtpProfile profile, const SrtpSessionKeys& keys,
                                                     Direction direction) {
  switch (profile) {
    case SrtpProfile::kAeadAes128Gcm:
      return SrtpAead::Create(keys, direction);
    case SrtpProfile::kAes128CmHmacSha1_80:
      return SrtpCounterMode::Create(keys);
  }
  return nullptr;
}
