// How a promise becomes ready at the end of a thread, as libstdc++ does it. Its own is inside of
// libstdc++.so, where no instrumentation is; this file is instrumented like the code under test.
#include <pthread.h>

#include <future>
#include <memory>

namespace {

void run_all(void* list) {
  auto* it = static_cast<std::__at_thread_exit_elt*>(list);
  while (it != nullptr) {
    auto* const next = it->_M_next;
    it->_M_cb(it);
    it = next;
  }
}

pthread_key_t make_key() {
  pthread_key_t key = 0;
  pthread_key_create(&key, run_all);
  return key;
}

const pthread_key_t key = make_key();

}  // namespace

void std::__future_base::_State_baseV2::_Make_ready::_S_run(void* argument) {
  const std::unique_ptr<_Make_ready> it(static_cast<_Make_ready*>(argument));
  if (const auto state = it->_M_shared_state.lock()) {
    state->_M_status._M_store_notify_all(_Status::__ready, std::memory_order_release);
  }
}

void std::__future_base::_State_baseV2::_Make_ready::_M_set() {
  _M_cb = &_Make_ready::_S_run;
  _M_next = static_cast<__at_thread_exit_elt*>(pthread_getspecific(key));
  pthread_setspecific(key, this);
}
