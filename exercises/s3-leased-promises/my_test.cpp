// Your own test earns the third point: it passes on right code and fails on at least one of the
// wrong versions of LeasedPromises and PostgresLeaseStore that other engineers have written.
//
// A property holds whatever happens: "whoever dies, fails or comes too late, each promise is
// settled once, and everybody sees the same outcome". support/memory_lease_store.hpp needs no
// server, and can end a lease at any moment; support/observed_lease_store.hpp lets you act, or
// break the connection, at every step.
#include <gtest/gtest.h>

#include "s3-leased-promises/leased_promises.hpp"

TEST(MyLeasedPromises, FailsOnAWrongVersion) {
  FAIL() << "Write a stress or property test of LeasedPromises: let several writers work, take "
            "their leases away, and check what must hold for each promise.";
}
