// Typed arrays of JavaScript over memory of the addon.
#ifndef LIVE_WEBRTC_EXTERNAL_ARRAY_H_
#define LIVE_WEBRTC_EXTERNAL_ARRAY_H_

#include <memory>

#include "js_value.h"

// A typed array of `length` elements over `bytes` bytes at `data`, a part of `memory` that no other array has. The
// memory lives at least as long as the array. False where the engine refuses.
bool MakeExternalArray(napi_env env, const std::shared_ptr<void>& memory, void* data, size_t bytes,
                       napi_typedarray_type type, size_t length, napi_value* array);

#endif  // LIVE_WEBRTC_EXTERNAL_ARRAY_H_
