// Shared by dropout and mc_dropout: splits a tensor into tiles and gives each tile's keep bits in
// memory order.
//
// Masks are indexed by logical index. For a tensor in logical order a tile's bits are a range of
// the mask. For pixel-major memory they are permuted, 64 x 64 at a time, at a fraction of an
// operation per element. Channel granularity repeats one bit along a row. A single loop then
// applies the bits, whatever the layout.
#pragma once

#include <vector>

#include "frontiers/dropout.hpp"
#include "isa.hpp"

namespace frontiers::cpu {

struct Tile {
    i64 first;  // memory index of its first element
    i64 count;
};

class DropoutTiles {
  public:
    DropoutTiles(const Layout& layout, Granularity granularity, i64 first_element, i64 passes,
                 int threads);

    i64 size() const { return tiles_; }
    // Whether a tile's bits are a range of the mask that begins with a block.
    bool in_mask_order() const { return kind_ == Kind::elements && phase_ == 0; }
    u64 first_block(Tile tile) const {
        return first_block_ + static_cast<u64>(tile.first / lanes_per_block);
    }
    Tile tile(i64 index) const;

    // Whether a tile's bits repeat those of the outer * channels rows, which are drawn once for the
    // whole tensor. Otherwise bits are drawn for each tile.
    bool by_rows() const { return kind_ == Kind::rows || kind_ == Kind::pixels_by_channel; }
    i64 row_words() const;
    void draw_rows(const Isa& table, const KeepRule& rule, u32* rows) const;
    i64 drawn_words(i64 index) const;
    void draw(i64 index, const Isa& table, const KeepRule& rule, u32* drawn) const;

    // Bits of tile `index` in memory order, from those drawn for it or for the rows. Returns a
    // pointer into `bits`, or `drawn` itself if it is in memory order already.
    const u32* in_memory_order(i64 index, const u32* drawn, std::vector<u32>& bits) const;

  private:
    enum class Kind { elements, rows, pixels_by_element, pixels_by_channel };

    void repeat_rows(Tile tile, const u32* rows, std::vector<u32>& bits) const;
    void repeat_channels(Tile tile, const u32* rows, std::vector<u32>& bits) const;
    void permute_elements(Tile tile, const u32* drawn, std::vector<u32>& bits) const;

    // Pixel-major with element granularity: a tile's bits are runs of the mask, one run for whole
    // samples, or one per channel for part of a sample.
    struct Runs {
        i64 count, length, stride;
        i64 start;  // logical index of the first run's first element
        i64 words;  // drawn per run
    };
    Runs runs_of(Tile tile) const;

    Layout layout_;
    Kind kind_;
    u64 first_block_;  // block and lane of the first element, or row, in the mask
    i64 phase_;
    i64 total_;
    i64 per_tile_;          // elements per tile
    i64 samples_per_tile_;  // pixel-major: whole samples per tile, 0 if a tile is part of a sample
    i64 tiles_per_sample_;  // pixel-major with samples_per_tile_ == 0
    i64 tiles_;
};

// Writes all `samples` passes of the tensor to out, one after the other.
void dropout_passes(const void* x, void* out, DType dtype, const Layout& layout,
                    Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                    int threads);

}  // namespace frontiers::cpu
