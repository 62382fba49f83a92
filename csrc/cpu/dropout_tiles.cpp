#include "dropout_tiles.hpp"

#include "bit_matrix.hpp"

namespace frontiers::cpu {
namespace {

// Tile lengths. Several passes: at most 512 KiB of float32, long enough for efficient writes and
// short enough for x to stay in the L2 cache over all passes. A single pass reads x only once, and
// longer tiles reduce the start-up cost of the pipeline. Both are shortened to give every thread
// enough tiles.
constexpr i64 max_tile = 1 << 17, max_tile_single_pass = 1 << 20;
constexpr i64 min_tile = 1 << 12;
constexpr i64 tiles_per_thread = 8;
constexpr i64 bits_per_pixel_tile = 1 << 18;  // two buffers of 32 KiB each

i64 divide_up(i64 a, i64 b) { return (a + b - 1) / b; }

i64 tile_length(i64 total, i64 passes, int threads) {
    const i64 max_length = passes == 1 ? max_tile_single_pass : max_tile;
    const i64 share = divide_up(total, tiles_per_thread * threads * min_tile) * min_tile;
    return share < max_length ? (share > 0 ? share : min_tile) : max_length;
}

std::size_t words_for(i64 bits) { return static_cast<std::size_t>(divide_up(bits, 64) * 2 + 4); }

}  // namespace

DropoutTiles::DropoutTiles(const Layout& layout, Granularity granularity, i64 first_element,
                           i64 passes, int threads)
    : layout_(layout),
      kind_(Kind::elements),
      first_block_(static_cast<u64>(first_element / lanes_per_block)),
      phase_(first_element % lanes_per_block),
      total_(element_count(layout)),
      per_tile_(tile_length(total_, passes, threads)),
      samples_per_tile_(0),
      tiles_per_sample_(0) {
    const bool by_channel = granularity == Granularity::channel && layout.inner != 1;
    const bool pixel_major = layout.pixel_major && layout.channels != 1 && layout.inner != 1;
    if (!pixel_major) {
        kind_ = by_channel ? Kind::rows : Kind::elements;
        tiles_ = divide_up(total_, per_tile_);
        return;
    }
    kind_ = by_channel ? Kind::pixels_by_channel : Kind::pixels_by_element;
    const i64 sample = layout.channels * layout.inner;
    if (total_ == 0) {
        tiles_ = 0;
    } else if (sample <= bits_per_pixel_tile) {
        samples_per_tile_ = bits_per_pixel_tile / 4 / sample;
        if (samples_per_tile_ == 0) samples_per_tile_ = 1;
        per_tile_ = samples_per_tile_ * sample;
        tiles_ = divide_up(layout.outer, samples_per_tile_);
    } else {
        i64 pixels = bits_per_pixel_tile / layout.channels / 64 * 64;
        if (pixels < 128) pixels = 128;
        per_tile_ = pixels * layout.channels;
        tiles_per_sample_ = divide_up(layout.inner, pixels);
        tiles_ = layout.outer * tiles_per_sample_;
    }
}

Tile DropoutTiles::tile(i64 index) const {
    i64 first = index * per_tile_;
    i64 end = total_;
    if (tiles_per_sample_ != 0) {
        const i64 sample = layout_.channels * layout_.inner;
        const i64 outer = index / tiles_per_sample_;
        first = outer * sample + (index % tiles_per_sample_) * per_tile_;
        end = (outer + 1) * sample;
    }
    return {first, end - first < per_tile_ ? end - first : per_tile_};
}

i64 DropoutTiles::row_words() const {
    return 4 * divide_up(phase_ + layout_.outer * layout_.channels, lanes_per_block) + 4;
}

void DropoutTiles::draw_rows(const Isa& table, const KeepRule& rule, u32* rows) const {
    table.keep_bits(rows, row_words() / 4 - 1, first_block_, rule);
}

i64 DropoutTiles::drawn_words(i64 index) const {
    if (kind_ == Kind::pixels_by_element) {
        const Runs runs = runs_of(tile(index));
        return runs.count * runs.words + 4;
    }
    return 4 * divide_up(phase_ + tile(index).count, lanes_per_block) + 4;
}

void DropoutTiles::draw(i64 index, const Isa& table, const KeepRule& rule, u32* drawn) const {
    const Tile current = tile(index);
    if (kind_ != Kind::pixels_by_element) {
        table.keep_bits(drawn, divide_up(phase_ + current.count, lanes_per_block),
                        first_block(current), rule);
        return;
    }
    const Runs runs = runs_of(current);
    for (i64 run = 0; run < runs.count; ++run) {
        const i64 from = phase_ + runs.start + run * runs.stride;
        const i64 block = from / lanes_per_block;
        table.keep_bits(drawn + run * runs.words,
                        divide_up(from + runs.length, lanes_per_block) - block,
                        first_block_ + static_cast<u64>(block), rule);
    }
}

const u32* DropoutTiles::in_memory_order(i64 index, const u32* drawn,
                                         std::vector<u32>& bits) const {
    const Tile current = tile(index);
    switch (kind_) {
        case Kind::elements:
            if (phase_ == 0) return drawn;
            bits.resize(words_for(current.count));
            move_to_start(bits.data(), drawn, phase_, current.count);
            break;
        case Kind::rows:
            repeat_rows(current, drawn, bits);
            break;
        case Kind::pixels_by_channel:
            repeat_channels(current, drawn, bits);
            break;
        case Kind::pixels_by_element:
            permute_elements(current, drawn, bits);
            break;
    }
    return bits.data();
}

void DropoutTiles::repeat_rows(Tile tile, const u32* rows, std::vector<u32>& bits) const {
    bits.assign(words_for(tile.count), 0);
    const i64 end = tile.first + tile.count;
    for (i64 row = tile.first / layout_.inner; row * layout_.inner < end; ++row) {
        if (!read_bit(rows, phase_ + row)) continue;
        const i64 start = row * layout_.inner, stop = start + layout_.inner;
        set_bits(bits.data(), (start < tile.first ? tile.first : start) - tile.first,
                 (stop < end ? stop : end) - tile.first);
    }
}

void DropoutTiles::repeat_channels(Tile tile, const u32* rows, std::vector<u32>& bits) const {
    bits.assign(words_for(tile.count), 0);
    const i64 channels = layout_.channels;
    for (i64 done = 0; done < tile.count; done += channels) {
        const i64 outer = (tile.first + done) / (channels * layout_.inner);
        for (i64 c = 0; c < channels; c += 64) {
            const i64 width = channels - c < 64 ? channels - c : 64;
            const i64 row = phase_ + outer * channels + c;
            put_bits(bits.data(), done + c, read_bits(rows, row), width);
        }
    }
}

DropoutTiles::Runs DropoutTiles::runs_of(Tile tile) const {
    const i64 sample = layout_.channels * layout_.inner;
    if (tiles_per_sample_ == 0) {
        return {1, tile.count, 0, tile.first, 4 * (divide_up(tile.count, lanes_per_block) + 1) + 4};
    }
    const i64 pixels = tile.count / layout_.channels, outer = tile.first / sample;
    return {layout_.channels, pixels, layout_.inner,
            outer * sample + (tile.first - outer * sample) / layout_.channels,
            4 * (divide_up(pixels, lanes_per_block) + 1) + 4};
}

void DropoutTiles::permute_elements(Tile tile, const u32* drawn, std::vector<u32>& bits) const {
    const i64 channels = layout_.channels, inner = layout_.inner, sample = channels * inner;
    const Runs runs = runs_of(tile);
    const i64 pixels = tiles_per_sample_ != 0 ? runs.length : inner;
    const i64 outer = tile.first / sample, start = runs.start;
    bits.assign(words_for(tile.count), 0);
    auto mask_position = [&](i64 element) {  // position of a logical element in the drawn bits
        const i64 run = tiles_per_sample_ != 0 ? (element - outer * sample) / inner : 0;
        const i64 from = phase_ + start + run * runs.stride;
        return run * runs.words * 32 +
               (phase_ + element - from / lanes_per_block * lanes_per_block);
    };
    const i64 outers = tiles_per_sample_ != 0 ? 1 : tile.count / sample;
    const i64 first_pixel = tiles_per_sample_ != 0 ? start - outer * sample : 0;
    for (i64 n = 0; n < outers; ++n) {
        for (i64 c = 0; c < channels; c += 64) {
            const i64 width = channels - c < 64 ? channels - c : 64;
            for (i64 s = 0; s < pixels; s += 64) {
                u64 matrix[64] = {};
                for (i64 row = 0; row < width; ++row) {
                    const i64 element = (outer + n) * sample + (c + row) * inner + first_pixel + s;
                    matrix[row] = read_bits(drawn, mask_position(element));
                }
                transpose(matrix);
                const i64 height = pixels - s < 64 ? pixels - s : 64;
                for (i64 pixel = 0; pixel < height; ++pixel) {
                    const i64 position = n * sample + (s + pixel) * channels + c;
                    put_bits(bits.data(), position, matrix[pixel], width);
                }
            }
        }
    }
}

}  // namespace frontiers::cpu
