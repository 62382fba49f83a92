// Keep bits of a tile of a tensor, drawn by a block of threads into its shared memory.
//
// A tile is a contiguous range of memory or, channels last, `pixels` pixels of one sample by
// `group` channels. Its bits are `runs` ranges of the mask, each drawn in whole Philox blocks. If
// the mask is in memory order, these bits are used as they are; otherwise they are first brought
// into the tile's order, one word of 32 elements per thread. Element e of a tile is element e of
// its range of memory, or channel e mod group of pixel e div group.
#pragma once

#include <type_traits>

#include "frontiers/dropout.hpp"
#include "launch.hpp"

namespace frontiers::cuda {

inline constexpr int mask_threads = 256;
inline constexpr int mask_blocks = 256;  // most blocks of bits per tile, over all runs
inline constexpr int lanes = static_cast<int>(lanes_per_block);

// A KeepRule for kernels, with the keys of all rounds computed once.
struct MaskRule {
    u64 threshold;
    u32 sample, stream;
    RoundKeys keys;

    explicit MaskRule(const KeepRule& rule)
        : threshold(rule.threshold),
          sample(rule.sample),
          stream(rule.stream),
          keys(round_keys(rule.seed)) {}

    FRONTIERS_DEVICE Block block(u64 number, i64 pass) const {
        return keep_block(number, threshold, sample + static_cast<u32>(pass), stream, keys);
    }
};

struct MaskTile {
    i64 base;      // memory index of its first element
    i64 start;     // mask index of the first bit of its first run
    i64 offset;    // elements of its first channel that precede it
    int count;     // elements
    int channels;  // per pixel, if it has pixels
};

inline bool by_row(const Layout& layout, Granularity granularity) {
    return granularity == Granularity::channel && layout.inner != 1;
}

inline bool by_pixel(const Layout& layout) {
    return layout.pixel_major && layout.channels != 1 && layout.inner != 1;
}

// Whether the mask is in memory order.
inline bool mask_in_order(const Layout& layout, Granularity granularity) {
    return !by_row(layout, granularity) && !by_pixel(layout);
}

class MaskTiling {
  public:
    MaskTiling(const Layout& layout, Granularity granularity, i64 first_element, int elements);

    i64 tiles() const { return tiles_; }
    // Number of passes whose bits fit into memory for `room` blocks.
    int passes_that_fit(int room) const {
        return room > blocks_per_pass() ? room / blocks_per_pass() : 1;
    }
    // Blocks of bits per pass, over all runs.
    int blocks_per_pass() const { return runs_ * run_blocks_; }

    FRONTIERS_DEVICE MaskTile tile(i64 index) const;
    // Whether a tile is more than one range of memory.
    FRONTIERS_DEVICE bool in_parts() const { return pixel_major_ && layout_.channels > group_; }
    FRONTIERS_DEVICE i64 memory_index(const MaskTile& tile, int element) const;
    FRONTIERS_DEVICE int present(const MaskTile& tile, int element) const;
    FRONTIERS_DEVICE int phase(const MaskTile& tile) const {
        return static_cast<int>(tile.start % lanes_per_block);
    }
    FRONTIERS_DEVICE int words_per_pass() const { return 4 * runs_ * run_blocks_; }

    // Number in the mask of a block of a pass's bits.
    FRONTIERS_DEVICE u64 block_of(const MaskTile& tile, int block_index) const;
    // Draws the bits of `passes` passes, starting with pass `first`.
    template <int threads>
    FRONTIERS_DEVICE void draw(const MaskTile& tile, int thread, i64 first, int passes,
                               const MaskRule& rule, u32* bits) const;
    FRONTIERS_DEVICE u32 word_in_order(const MaskTile& tile, int word, const u32* bits) const;

    // Visits `width` elements from `element` on: calls whole(index) if all exist, otherwise
    // one(index, j) for each that does.
    template <int width, bool in_order, class Whole, class One>
    FRONTIERS_DEVICE void visit(const MaskTile& tile, int element, const Whole& whole,
                                const One& one) const {
        const int left = in_order ? tile.count - element : present(tile, element);
        const i64 index = in_order ? tile.base + element : memory_index(tile, element);
        if (left >= width) return whole(index);
        for (int j = 0; j < width; ++j) {
            if (j < left) one(index + j, j);
        }
    }

  private:
    Layout layout_;
    bool by_channel_, pixel_major_;
    i64 first_element_;
    int elements_, group_, pixels_;
    i64 channel_groups_, pixel_groups_, tiles_;
    int runs_, run_blocks_;
};

FRONTIERS_HD i64 divide_up(i64 a, i64 b) { return (a + b - 1) / b; }

inline MaskTiling::MaskTiling(const Layout& layout, Granularity granularity, i64 first_element,
                              int elements)
    : layout_(layout),
      by_channel_(by_row(layout, granularity)),
      pixel_major_(by_pixel(layout)),
      first_element_(first_element),
      elements_(elements),
      group_(static_cast<int>(layout.channels < 64 ? layout.channels : 64)),
      pixels_(elements / (group_ > 0 ? group_ : 1)),
      channel_groups_(divide_up(layout.channels, 64)),
      pixel_groups_(divide_up(layout.inner, pixels_)),
      tiles_(divide_up(element_count(layout), elements)),
      runs_(1),
      run_blocks_(0) {
    i64 run = elements;
    if (pixel_major_) {
        tiles_ = layout.outer * pixel_groups_ * channel_groups_;
        runs_ = by_channel_ ? 1 : group_;
        run = by_channel_ ? group_ : pixels_;
    } else if (by_channel_) {
        run = elements / (layout.inner > 0 ? layout.inner : 1) + 2;
    }
    // A run that does not begin with a block extends into one more.
    const bool begins_anywhere =
        by_channel_ || pixel_major_ || first_element % lanes_per_block != 0;
    run_blocks_ = static_cast<int>(divide_up(run + (begins_anywhere ? lanes - 1 : 0), lanes));
}

FRONTIERS_DEVICE MaskTile MaskTiling::tile(i64 index) const {
    if (!pixel_major_) {
        const i64 base = index * elements_, left = element_count(layout_) - base;
        const int count = static_cast<int>(left < elements_ ? left : elements_);
        if (!by_channel_) return {base, first_element_ + base, 0, count, 1};
        const i64 row = base / layout_.inner;
        return {base, first_element_ + row, base - row * layout_.inner, count, 1};
    }
    const i64 rows = index / channel_groups_, channel = index % channel_groups_ * 64;
    const i64 outer = rows / pixel_groups_, pixel = rows % pixel_groups_ * pixels_;
    const i64 pixels_left = layout_.inner - pixel, channels_left = layout_.channels - channel;
    const i64 row = outer * layout_.channels + channel;
    const int pixels = static_cast<int>(pixels_left < pixels_ ? pixels_left : pixels_);
    return {(outer * layout_.inner + pixel) * layout_.channels + channel,
            first_element_ + (by_channel_ ? row : row * layout_.inner + pixel), 0, pixels * group_,
            static_cast<int>(channels_left < group_ ? channels_left : group_)};
}

// Memory index of an element of the tile.
FRONTIERS_DEVICE i64 MaskTiling::memory_index(const MaskTile& tile, int element) const {
    if (!in_parts()) return tile.base + element;
    return tile.base + element / group_ * layout_.channels + element % group_;
}

// Number of elements that are adjacent from this one on; 0 or less outside the tile.
FRONTIERS_DEVICE int MaskTiling::present(const MaskTile& tile, int element) const {
    const int left = tile.count - element;
    return in_parts() && left > 0 ? tile.channels - element % group_ : left;
}

FRONTIERS_DEVICE u64 MaskTiling::block_of(const MaskTile& tile, int block_index) const {
    const i64 run_stride = pixel_major_ && !by_channel_ ? layout_.inner : 0;
    const int run = block_index / run_blocks_;
    const i64 first = (tile.start + run * run_stride) / lanes_per_block;
    return static_cast<u64>(first + block_index - run * run_blocks_);
}

template <int threads>
FRONTIERS_DEVICE void MaskTiling::draw(const MaskTile& tile, int thread, i64 first, int passes,
                                       const MaskRule& rule, u32* bits) const {
    const int blocks = runs_ * run_blocks_;
    for (int slot = thread; slot < passes * blocks; slot += threads) {
        const int pass = slot / blocks, block_index = slot - pass * blocks;
        const Block keep = rule.block(block_of(tile, block_index), first + pass);
        for (int j = 0; j < 4; ++j) bits[4 * slot + j] = keep.word[j];
    }
}

// Bits of elements 32 * word to 32 * word + 31 in the tile's order, from the drawn bits of one
// pass.
FRONTIERS_DEVICE u32 MaskTiling::word_in_order(const MaskTile& tile, int word,
                                               const u32* bits) const {
    const auto bit = [bits](int position) { return bits[position / 32] >> (position % 32) & 1u; };
    u32 result = 0;
    if (!pixel_major_) {
        i64 rest = tile.offset + 32 * word;
        int row = static_cast<int>(rest / layout_.inner);
        rest -= row * layout_.inner;
        for (int j = 0; j < 32; ++j) {
            result |= bit(phase(tile) + row) << j;
            if (++rest == layout_.inner) {
                rest = 0;
                ++row;
            }
        }
        return result;
    }
    int pixel = 32 * word / group_, channel = 32 * word - pixel * group_;
    for (int j = 0; j < 32 && pixel < pixels_; ++j) {
        const i64 start = tile.start + channel * (by_channel_ ? 1 : layout_.inner);
        const int lane = static_cast<int>(start % lanes_per_block);
        result |=
            bit(by_channel_ ? phase(tile) + channel : channel * run_blocks_ * lanes + lane + pixel)
            << j;
        if (++channel == group_) {
            channel = 0;
            ++pixel;
        }
    }
    return result;
}

// Bits from `position` on in the low bits of a word; may read one word past those needed.
FRONTIERS_DEVICE u32 bits_from(const u32* words, int position) {
    const u64 both = (static_cast<u64>(words[position / 32 + 1]) << 32) | words[position / 32];
    return static_cast<u32>(both >> (position % 32));
}

// A pack as words, as registers hold elements narrower than a word.
template <class T, int width>
using Words = std::conditional_t<(sizeof(T) * width < sizeof(u32)), Pack<T, width>,
                                 Pack<u32, static_cast<int>(sizeof(T) * width / sizeof(u32))>>;

// The pack with +0 where bit j of `keep` is 0. Handles two 16-bit elements at a time.
template <class T, int width>
FRONTIERS_DEVICE Pack<T, width> keep_only(Words<T, width> raw, u32 keep) {
    if constexpr (sizeof(raw) < sizeof(u32)) {
        return (keep & 1u) != 0 ? raw : Pack<T, width>{};
    } else {
        constexpr int words = static_cast<int>(sizeof(raw) / sizeof(u32));
        FRONTIERS_UNROLL
        for (int i = 0; i < words; ++i) {
            if constexpr (sizeof(T) == 2) {
                const u32 two = keep >> (2 * i);
                raw.lane[i] &= ((two & 1u) | (two & 2u) << 15) * 0xffffu;
            } else {
                const u32 bit = keep >> (i * 4 / static_cast<int>(sizeof(T))) & 1u;
                raw.lane[i] &= 0u - bit;
            }
        }
        return bit_copy<Pack<T, width>>(raw);
    }
}

}  // namespace frontiers::cuda
