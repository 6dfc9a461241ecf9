// The count is atomic; the pointer itself is not.
#include <memory>
#include <thread>

#include "../corpus.hpp"

namespace {

void body() {
  std::shared_ptr<int> current = std::make_shared<int>(1);
  std::jthread reader([&] { const std::shared_ptr<int> seen = current; });
  current = std::make_shared<int>(2);
}

const promissory::explorer::corpus::Register it{{"shared_ptr_race", body, "data race"}};

}  // namespace
