// What the addon exports to src/native/load-addon.ts.
#include "certificate_object.h"
#include "js_value.h"
#include "sealed_datagram.h"
#include "transport_object.h"

namespace {

bool Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value transport = TransportObject::DefineClass(env);
  if (transport == nullptr || napi_set_named_property(env, exports, "Transport", transport) != napi_ok ||
      !Export(env, exports, "generateCertificate", GenerateCertificate) ||
      !Export(env, exports, "sealDatagram", SealDatagram) || !Export(env, exports, "openDatagram", OpenDatagram)) {
    return nullptr;
  }
  return exports;
}
