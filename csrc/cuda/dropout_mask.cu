// CUDA dropout_mask. Packed: each thread draws and writes 128 bits. As bytes: a block draws the
// bits of a tile into shared memory and each thread writes 16 bytes at a time.
#include "frontiers/dropout_mask.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

struct PackedMask {
    u8* out;
    i64 n, first_element;
    MaskRule rule;
    bool wide;

    // Bits from 128 * index on; needs two blocks of bits if the result does not begin with a block.
    FRONTIERS_DEVICE void operator()(i64 index) const {
        const i64 start = first_element + index * lanes_per_block;
        const u64 block = static_cast<u64>(start / lanes_per_block);
        const int phase = static_cast<int>(start % lanes_per_block);
        Pack<u32, 4> bits;
        const Block keep = rule.block(block, 0);
        for (int j = 0; j < 4; ++j) bits.lane[j] = keep.word[j];
        if (phase != 0) {
            const Block next = rule.block(block + 1, 0);
            u32 words[9];
            for (int j = 0; j < 4; ++j) {
                words[j] = keep.word[j];
                words[4 + j] = next.word[j];
            }
            words[8] = 0;
            for (int j = 0; j < 4; ++j) bits.lane[j] = bits_from(words, phase + 32 * j);
        }
        write(index, bits);
    }

    FRONTIERS_DEVICE void write(i64 index, const Pack<u32, 4>& bits) const {
        u8* to = out + 16 * index;
        const i64 left = n - index * lanes_per_block;
        if (left >= lanes_per_block && wide) return store(reinterpret_cast<u32*>(to), bits);
        for (int byte = 0; byte < 16 && 8 * byte < left; ++byte) {
            const u32 eight = bits.lane[byte / 4] >> (byte % 4 * 8) & 0xffu;
            const i64 spare = 8 * byte + 8 - left;
            to[byte] = static_cast<u8>(spare > 0 ? eight & (0xffu >> spare) : eight);
        }
    }
};

constexpr int bytes_per_tile = 8192;

template <int width>
struct ByteMask {
    static constexpr int threads = mask_threads;
    static constexpr int phases = 2;
    struct Shared {
        u32 drawn[4 * mask_blocks + 1];
    };
    struct Local {};

    u8* out;
    MaskTiling tiling;
    MaskRule rule;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        const MaskTile tile = tiling.tile(item.tile);
        if constexpr (phase == 0) {
            tiling.draw<threads>(tile, item.thread, 0, 1, rule, shared.drawn);
        } else {
            for (int i = item.thread * width; i < tile.count; i += threads * width) {
                write(out + tile.base + i, tile.count - i,
                      bits_from(shared.drawn, tiling.phase(tile) + i));
            }
        }
    }

    FRONTIERS_DEVICE void write(u8* to, int present, u32 keep) const {
        Pack<u8, width> bytes;
        FRONTIERS_UNROLL
        for (int j = 0; j < width; ++j) bytes.lane[j] = static_cast<u8>(keep >> j & 1u);
        if (present >= width) return store(to, bytes);
        FRONTIERS_UNROLL
        for (int j = 0; j < width; ++j) {
            if (j < present) to[j] = bytes.lane[j];
        }
    }
};

}  // namespace

void fill_mask_packed(u8* out, i64 n, i64 first_element, const KeepRule& rule, Stream stream) {
    for_each("dropout_mask", divide_up(n, lanes_per_block),
             PackedMask{out, n, first_element, MaskRule(rule), aligned(out)}, stream);
}

void fill_mask_bool(u8* out, i64 n, i64 first_element, const KeepRule& rule, Stream stream) {
    const MaskTiling tiling({1, 1, n, false}, Granularity::element, first_element, bytes_per_tile);
    if (aligned(out)) {
        return for_each_tile("dropout_mask", tiling.tiles(),
                             ByteMask<16>{out, tiling, MaskRule(rule)}, stream);
    }
    for_each_tile("dropout_mask", tiling.tiles(), ByteMask<1>{out, tiling, MaskRule(rule)}, stream);
}

}  // namespace frontiers::cuda
