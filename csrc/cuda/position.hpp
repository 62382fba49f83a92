// Maps an element's position in memory to its sample, channel and inner index.
#pragma once

#include "frontiers/layout.hpp"

namespace frontiers::cuda {

// Steps through memory element by element; only the constructor divides.
class Position {
  public:
    FRONTIERS_DEVICE Position(const Layout& layout, i64 element) : layout_(layout) {
        const i64 fast = layout.pixel_major ? layout.channels : layout.inner;
        const i64 slow = layout.pixel_major ? layout.inner : layout.channels;
        const i64 rows = element / fast;
        fast_ = element - rows * fast;
        outer_ = rows / slow;
        slow_ = rows - outer_ * slow;
    }

    FRONTIERS_DEVICE i64 outer() const { return outer_; }
    FRONTIERS_DEVICE i64 channel() const { return layout_.pixel_major ? fast_ : slow_; }
    FRONTIERS_DEVICE i64 inner() const { return layout_.pixel_major ? slow_ : fast_; }

    // Advances by one; returns whether the sample or channel changed.
    FRONTIERS_DEVICE bool next() {
        const bool wrapped = ++fast_ == (layout_.pixel_major ? layout_.channels : layout_.inner);
        if (wrapped) {
            fast_ = 0;
            if (++slow_ == (layout_.pixel_major ? layout_.inner : layout_.channels)) {
                slow_ = 0;
                ++outer_;
            }
        }
        return wrapped || layout_.pixel_major;
    }

  private:
    const Layout& layout_;
    i64 outer_, slow_, fast_;
};

}  // namespace frontiers::cuda
