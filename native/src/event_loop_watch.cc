#include "event_loop_watch.h"

EventLoopWatch* EventLoopWatch::Start(napi_env env, int fd, EventLoopWatcher* watcher) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return nullptr;
  auto* watch = new EventLoopWatch(watcher);
  watch->poll_.data = watch;
  watch->timer_.data = watch;
  if (napi_add_async_cleanup_hook(env, OnCleanup, watch, &watch->hook_) != napi_ok) {
    delete watch;
    return nullptr;
  }
  if (uv_poll_init(loop, &watch->poll_, fd) != 0) {
    (void)napi_remove_async_cleanup_hook(watch->hook_);
    delete watch;
    return nullptr;
  }
  (void)uv_timer_init(loop, &watch->timer_);  // Cannot fail.
  watch->open_handles_ = 2;
  if (uv_poll_start(&watch->poll_, UV_READABLE, OnPoll) != 0) {
    watch->Stop();
    return nullptr;
  }
  return watch;
}

void EventLoopWatch::Wake() { (void)uv_timer_start(&timer_, OnTimer, 0, 0); }

void EventLoopWatch::WakeLater() {
  // One without a delay that a timer starts runs before the loop goes on to its sockets.
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(&timer_)) == 0) (void)uv_timer_start(&timer_, OnTimer, 1, 0);
}

void EventLoopWatch::Stop() {
  if (watcher_ == nullptr) return;
  watcher_ = nullptr;
  (void)uv_poll_stop(&poll_);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), OnClosed);
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), OnClosed);
}

void EventLoopWatch::OnPoll(uv_poll_t* handle, int, int) {
  auto* watch = static_cast<EventLoopWatch*>(handle->data);
  if (watch->watcher_ != nullptr) watch->watcher_->OnSocketReadable();
}

void EventLoopWatch::OnTimer(uv_timer_t* handle) {
  auto* watch = static_cast<EventLoopWatch*>(handle->data);
  if (watch->watcher_ != nullptr) watch->watcher_->OnWoken();
}

void EventLoopWatch::OnCleanup(napi_async_cleanup_hook_handle, void* data) {
  auto* watch = static_cast<EventLoopWatch*>(data);
  if (watch->watcher_ != nullptr) watch->watcher_->OnTeardown();
  watch->Stop();
}

void EventLoopWatch::OnClosed(uv_handle_t* handle) {
  auto* watch = static_cast<EventLoopWatch*>(handle->data);
  if (--watch->open_handles_ > 0) return;
  // Node waits with the end of the environment until the hook is gone.
  (void)napi_remove_async_cleanup_hook(watch->hook_);
  delete watch;
}
