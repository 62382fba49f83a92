// How a tensor lies in memory.
//
// In logical order a tensor is (outer, channels, inner): sample, channel, pixel. With pixel_major
// == false its memory has that order; with pixel_major == true ("channels last") it is (outer,
// inner, channels).
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers {

struct Layout {
    i64 outer;
    i64 channels;
    i64 inner;
    bool pixel_major;
};

FRONTIERS_HD i64 element_count(const Layout& layout) {
    return layout.outer * layout.channels * layout.inner;
}

FRONTIERS_HD i64 sample_elements(const Layout& layout) { return layout.channels * layout.inner; }

// The channel of a sample's element number `element` in memory.
FRONTIERS_HD i64 channel_of(const Layout& layout, i64 element) {
    return layout.pixel_major ? element % layout.channels : element / layout.inner;
}

}  // namespace frontiers
