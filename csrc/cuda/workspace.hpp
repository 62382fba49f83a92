// Partition of the workspace that the caller allocates for a call.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers::cuda {

// Hands out consecutive pieces of a workspace. With a null workspace it only adds up the size.
class WorkspacePieces {
  public:
    explicit WorkspacePieces(void* memory) : memory_(static_cast<u8*>(memory)) {}

    template <class T>
    T* take(i64 count) {
        u8* piece = memory_ == nullptr ? nullptr : memory_ + bytes_;
        bytes_ += (count * static_cast<i64>(sizeof(T)) + 15) / 16 * 16;
        return reinterpret_cast<T*>(piece);
    }
    i64 bytes() const { return bytes_; }

  private:
    u8* memory_;
    i64 bytes_ = 0;
};

}  // namespace frontiers::cuda
