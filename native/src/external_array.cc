#include "external_array.h"

namespace {

void ReleaseMemory(napi_env, void*, void* hint) { delete static_cast<std::shared_ptr<void>*>(hint); }

}  // namespace

bool MakeExternalArray(napi_env env, const std::shared_ptr<void>& memory, void* data, size_t bytes,
                       napi_typedarray_type type, size_t length, napi_value* array) {
  auto held = std::make_unique<std::shared_ptr<void>>(memory);
  napi_value buffer;
  if (napi_create_external_arraybuffer(env, data, bytes, ReleaseMemory, held.get(), &buffer) != napi_ok) return false;
  (void)held.release();  // ReleaseMemory deletes it.
  return napi_create_typedarray(env, type, length, buffer, 0, array) == napi_ok;
}
