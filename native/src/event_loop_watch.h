// Ties a socket to Node's event loop, and ends that cleanly also where the environment is torn down.
#ifndef LIVE_WEBRTC_EVENT_LOOP_WATCH_H_
#define LIVE_WEBRTC_EVENT_LOOP_WATCH_H_

#include <uv.h>

#include "js_value.h"

class EventLoopWatcher {
 public:
  virtual void OnSocketReadable() = 0;
  // In a turn of the loop after EventLoopWatch::Wake.
  virtual void OnWoken() = 0;
  // The environment ends; JavaScript cannot be called any more. Calls EventLoopWatch::Stop at the latest now.
  virtual void OnTeardown() = 0;

 protected:
  ~EventLoopWatcher() = default;
};

// Lives on the heap until libuv has closed its handles, so longer than who started it.
class EventLoopWatch {
 public:
  // Null where libuv or Node refuses. Keeps the process alive like any open socket.
  static EventLoopWatch* Start(napi_env env, int fd, EventLoopWatcher* watcher);

  // Calls OnWoken soon, once.
  void Wake();
  // Calls OnWoken once the loop has looked at its sockets again.
  void WakeLater();
  // The watcher is not called any more; the socket may be closed. `this` deletes itself later.
  void Stop();

 private:
  explicit EventLoopWatch(EventLoopWatcher* watcher) : watcher_(watcher) {}
  ~EventLoopWatch() = default;
  static void OnPoll(uv_poll_t* handle, int status, int events);
  static void OnTimer(uv_timer_t* handle);
  static void OnCleanup(napi_async_cleanup_hook_handle hook, void* data);
  static void OnClosed(uv_handle_t* handle);

  EventLoopWatcher* watcher_;
  napi_async_cleanup_hook_handle hook_ = nullptr;
  uv_poll_t poll_{};
  uv_timer_t timer_{};
  int open_handles_ = 0;
};

#endif  // LIVE_WEBRTC_EVENT_LOOP_WATCH_H_
