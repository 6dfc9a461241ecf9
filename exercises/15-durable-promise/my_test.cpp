// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of FileStorage, SqliteStorage and DurablePromise that other engineers have
// written.
//
// A property holds whatever happens: "whichever call fails, and whenever the power is cut, what
// somebody was told is still there, and nothing is half there". "support/simulated_disk.hpp" is a
// disk that you may treat so.
#include <gtest/gtest.h>

#include "15-durable-promise/durable_promise.hpp"
#include "15-durable-promise/file_storage.hpp"

TEST(MyDurablePromise, FailsOnAWrongVersion) {
  FAIL() << "Write a property test of DurablePromise on a FileStorage: cut the power between any "
            "two calls, and check that nobody was told what is not there afterwards.";
}
