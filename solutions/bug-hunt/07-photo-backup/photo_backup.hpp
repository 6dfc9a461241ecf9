// Saves the photos of a camera to a store on the network.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace promissory {

struct Photo {
  std::string name;
  std::string pixels;
};

/// Where photos are kept. Thread-safe; it serves so many at a time, and suffers when more come.
class Store {
 public:
  virtual ~Store() = default;
  virtual std::size_t connections() const = 0;
  /// May take its time, may throw.
  virtual void save(const Photo& photo) = 0;
};

/// What has become of the photos of a camera.
struct BackupReport {
  std::size_t saved = 0;
  std::vector<std::string> failed;  // the names, in no particular order
};

/// Saves photos. Thread-safe.
class PhotoBackup {
 public:
  /// @throws std::invalid_argument for a store that serves nobody
  explicit PhotoBackup(std::shared_ptr<Store> store) : store_(std::move(store)) {
    if (store_->connections() == 0) throw std::invalid_argument("this store serves nobody");
  }

  /// Saves all photos, several at a time, and waits until that is done. One that cannot be saved
  /// keeps no other from it.
  BackupReport save(const std::vector<Photo>& photos) const {
    BackupReport report;
    std::mutex mutex;
    std::atomic<std::size_t> next{0};
    {
      std::vector<std::jthread> uploads;
      const auto most = std::min(photos.size(), store_->connections());
      uploads.reserve(most);
      while (uploads.size() < most) {
        uploads.emplace_back([&] {
          for (auto i = next++; i < photos.size(); i = next++) {
            const bool is_saved = try_to_save(photos[i]);
            const std::lock_guard lock(mutex);
            if (is_saved) ++report.saved;
            if (!is_saved) report.failed.push_back(photos[i].name);
          }
        });
      }
    }
    return report;
  }

 private:
  bool try_to_save(const Photo& photo) const {
    try {
      store_->save(photo);
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

  std::shared_ptr<Store> store_;
};

}  // namespace promissory
