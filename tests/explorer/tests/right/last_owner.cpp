// Whoever lets go last destroys it, through a virtual destructor.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "../corpus.hpp"

namespace {

class Shape {
 public:
  virtual ~Shape() = default;
  virtual int corners() const { return 0; }
};

class Square : public Shape {
 public:
  int corners() const override { return static_cast<int>(name_.size()) - 36; }

 private:
  std::string name_ = std::string(40, 's');
};

void body() {
  std::shared_ptr<const Shape> shape = std::make_shared<Square>();
  const auto look = [](const std::shared_ptr<const Shape>& it) { EXPECT_EQ(it->corners(), 4); };
  std::jthread first(look, shape);
  std::jthread second(look, shape);
  std::jthread third(look, std::move(shape));
}

const promissory::explorer::corpus::Register it{{"last_owner", body}};

}  // namespace
