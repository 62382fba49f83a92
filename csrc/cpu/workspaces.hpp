// Workspaces for the tasks of one loop, aligned to cache lines.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

// Owns as many workspaces as tasks can run at once. All are allocated before the loop starts
// because tasks must not throw.
class Workspaces {
  public:
    Workspaces(i64 count, i64 bytes) {
        for (i64 i = 0; i < count; ++i) {
            owned_.emplace_back(new Line[static_cast<std::size_t>((bytes + 63) / 64)]);
            free_.push_back(owned_.back().get());
        }
    }

    template <class Work>
    void with_one(const Work& work) {
        Line* workspace = take();
        work(static_cast<void*>(workspace));
        const std::lock_guard<std::mutex> guard(mutex_);
        free_.push_back(workspace);
    }

  private:
    struct alignas(64) Line {
        u8 byte[64];
    };

    Line* take() {
        const std::lock_guard<std::mutex> guard(mutex_);
        Line* workspace = free_.back();
        free_.pop_back();
        return workspace;
    }

    std::vector<std::unique_ptr<Line[]>> owned_;
    std::vector<Line*> free_;
    std::mutex mutex_;
};

}  // namespace frontiers::cpu
