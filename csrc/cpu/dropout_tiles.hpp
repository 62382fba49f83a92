// The common part of dropout and mc_dropout: the tensor cut into tiles, and each tile's keep bits
// in the order in which its elements lie in memory.
//
// Masks are numbered by logical index. For a tensor in logical order the bits of a tile are simply
// the mask's own; for pixel-major memory they are permuted, 64 x 64 at a time, which costs a
// fraction of an operation an element; channel granularity repeats one bit along a row. After that
// one loop applies bits to memory, whatever the layout.
#pragma once

#include <vector>

#include "frontiers/dropout.hpp"
#include "isa.hpp"

namespace frontiers::cpu {

struct Tile {
    i64 first;  // memory position of its first element
    i64 count;
};

class DropoutTiles {
  public:
    DropoutTiles(const Layout& layout, Granularity granularity, i64 first_element, i64 passes,
                 int threads);

    i64 size() const { return tiles_; }
    // Whether a tile's bits are a stretch of the mask itself, and begin with a block.
    bool in_mask_order() const { return kind_ == Kind::elements && phase_ == 0; }
    u64 first_block(Tile tile) const {
        return first_block_ + static_cast<u64>(tile.first / lanes_per_block);
    }
    Tile tile(i64 index) const;

    // Whether a tile's bits repeat those of rows, outer * channels of them, which are drawn once
    // for the whole tensor. Otherwise each tile has drawn bits of its own.
    bool by_rows() const { return kind_ == Kind::rows || kind_ == Kind::pixels_by_channel; }
    i64 row_words() const;
    void draw_rows(const Isa& table, const KeepRule& rule, u32* rows) const;
    i64 drawn_words(i64 index) const;
    void draw(i64 index, const Isa& table, const KeepRule& rule, u32* drawn) const;

    // Tile `index`'s bits in the order of its memory, from those that were drawn for it or from the
    // rows: in `bits`, or `drawn` itself where that is the order.
    const u32* in_memory_order(i64 index, const u32* drawn, std::vector<u32>& bits) const;

  private:
    enum class Kind { elements, rows, pixels_by_element, pixels_by_channel };

    void repeat_rows(Tile tile, const u32* rows, std::vector<u32>& bits) const;
    void repeat_channels(Tile tile, const u32* rows, std::vector<u32>& bits) const;
    void permute_elements(Tile tile, const u32* drawn, std::vector<u32>& bits) const;

    // Pixel-major and element by element: a tile's bits lie in runs of the mask, one for whole
    // samples, one a channel for a part of a sample.
    struct Runs {
        i64 count, length, stride;
        i64 start;  // the first one's first element, from the beginning of the tensor
        i64 words;  // drawn for each
    };
    Runs runs_of(Tile tile) const;

    Layout layout_;
    Kind kind_;
    u64 first_block_;  // where the first element, or row, lies in the mask: its block, and its lane
    i64 phase_;
    i64 total_;
    i64 per_tile_;          // elements, or whole pixels times channels
    i64 samples_per_tile_;  // pixel-major: whole outer indices in a tile, 0 when a tile is part of
                            // one
    i64 tiles_per_sample_;  // pixel-major with samples_per_tile_ == 0
    i64 tiles_;
};

// All `samples` passes of the tensor into out, one after the other.
void dropout_passes(const void* x, void* out, DType dtype, const Layout& layout,
                    Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                    int threads);

}  // namespace frontiers::cpu
