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
    DropoutTiles(const Layout& layout, Granularity granularity, i64 first_element, int threads);

    i64 size() const { return tiles_; }
    // Whether a tile's bits are a stretch of the mask itself, and begin with a block.
    bool in_mask_order() const { return kind_ == Kind::elements && phase_ == 0; }
    u64 first_block(Tile tile) const {
        return first_block_ + static_cast<u64>(tile.first / lanes_per_block);
    }
    Tile tile(i64 index) const;

    // One bit a row of outer * channels for channel granularity, from bit phase_ on; empty
    // otherwise.
    std::vector<u32> row_bits(const Isa& table, const KeepRule& rule) const;

    // Writes tile `index`'s bits, ceil(count / 32) words and a little more, to `bits`.
    void keep_bits(i64 index, const Isa& table, const KeepRule& rule, const std::vector<u32>& rows,
                   std::vector<u32>& bits, std::vector<u32>& scratch) const;

  private:
    enum class Kind { elements, rows, pixels_by_element, pixels_by_channel };

    void shift_elements(Tile tile, const Isa& table, const KeepRule& rule, std::vector<u32>& bits,
                        std::vector<u32>& scratch) const;
    void repeat_rows(Tile tile, const std::vector<u32>& rows, std::vector<u32>& bits) const;
    void repeat_channels(Tile tile, const std::vector<u32>& rows, std::vector<u32>& bits) const;
    void permute_elements(Tile tile, const Isa& table, const KeepRule& rule, std::vector<u32>& bits,
                          std::vector<u32>& scratch) const;

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
