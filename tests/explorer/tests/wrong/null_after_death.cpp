// weak_ptr::lock gives null when the object is gone.
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

struct Session {
  virtual ~Session() = default;
  virtual void close() {}
};

void body() {
  auto session = std::make_shared<Session>();
  std::jthread closer([weak = std::weak_ptr(session)] { weak.lock()->close(); });
  session.reset();
}

const promissory::explorer::corpus::Register it{{"null_after_death", body, "crash"}};

}  // namespace
