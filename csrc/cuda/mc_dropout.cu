// mc_dropout with CUDA, and one pass of it, where the mask does not run along memory; else see
// dropout.cu. A block holds a tile of x in registers, draws the bits of a few passes into shared
// memory, puts them into the tile's order and writes these passes, until its share of all passes is
// written. The mask never leaves the chip.
//
// The passes of a tile are shared out among several blocks: x comes from the cache again, and in
// return a small x with many passes fills the GPU. Blocks beside each other write the same passes,
// so that memory is written nearly in order.
#include "dropout_passes.hpp"
#include "frontiers/mc_dropout.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

constexpr int packs = 8;                // that a thread holds
constexpr int most_passes = 4;          // at a time
constexpr i64 enough_blocks = 1 << 12;  // several times what runs on any GPU at once

template <class T, int width>
struct DropoutPasses {
    static constexpr int threads = mask_threads;
    static constexpr int elements = packs * threads * width;  // of a tile
    static constexpr int phases = 2;
    static constexpr int stride = threads * width;  // from a thread's pack to its next one
    static constexpr int words = elements / 32;

    struct Shared {
        u32 drawn[4 * mask_blocks + 1];
        u32 ordered[most_passes * words + 1];
    };
    struct Local {
        MaskTile tile;
        Words<T, width> scaled[packs];
    };

    const T* x;
    T* out;
    i64 total, samples;
    MaskTiling tiling;
    MaskRule rule;
    ComputeOf<T> scale;
    int together;
    i64 tiles;
    i64 share;  // of the passes that a block writes, a multiple of `together`

    // In the last round nothing is drawn any more, in the first one nothing written yet.
    FRONTIERS_DEVICE i64 rounds() const { return share / together + 1; }

    FRONTIERS_DEVICE int passes_from(i64 first) const {
        const i64 left = samples - first;
        return static_cast<int>(left < 0 ? 0 : left < together ? left : together);
    }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local& local) const {
        const i64 part = item.tile / tiles;
        const i64 begin = part * share, end = begin + share;
        const i64 first = begin + item.round * together;
        if constexpr (phase == 0) {
            if (item.round == 0) {
                local.tile = tiling.tile(item.tile - part * tiles);
                fetch(item.thread, local);
            } else {
                const int passes = passes_from(first - together);
                for (int pass = 0; pass < passes; ++pass) {
                    write(item.thread, local, shared.ordered + pass * words,
                          out + (first - together + pass) * total);
                }
            }
            if (first >= end) return;
            tiling.draw<threads>(local.tile, item.thread, first, passes_from(first), rule,
                                 shared.drawn);
        } else if (first < end) {
            for (int i = item.thread; i < passes_from(first) * words; i += threads) {
                const int pass = i / words;
                shared.ordered[i] = tiling.word_in_order(
                    local.tile, i - pass * words, shared.drawn + pass * tiling.words_per_pass());
            }
        }
    }

    // What the kept elements become, once for all passes.
    FRONTIERS_DEVICE void fetch(int thread, Local& local) const {
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            Pack<T, width> pack{};
            tiling.visit<width, false>(
                local.tile, thread * width + i * stride,
                [&](i64 index) { pack = load<width>(x + index); },
                [&](i64 index, int j) { pack.lane[j] = x[index]; });
            FRONTIERS_UNROLL
            for (int j = 0; j < width; ++j)
                pack.lane[j] = drop_or_scale<T>(pack.lane[j], true, scale);
            local.scaled[i] = bit_copy<Words<T, width>>(pack);
        }
    }

    FRONTIERS_DEVICE void write(int thread, const Local& local, const u32* bits, T* to) const {
        const int position = thread * width;
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            const Pack<T, width> result =
                keep_only<T, width>(local.scaled[i], bits_from(bits + i * (stride / 32), position));
            tiling.visit<width, false>(
                local.tile, thread * width + i * stride,
                [&](i64 index) { store(to + index, result); },
                [&](i64 index, int j) { to[index] = result.lane[j]; });
        }
    }
};

template <class T, int width>
void launch(const DropoutCall& call, Stream stream) {
    using Body = DropoutPasses<T, width>;
    const MaskTiling tiling(call.layout, call.granularity, call.first_element, Body::elements);
    const i64 tiles = tiling.tiles();
    if (tiles == 0 || call.samples == 0) return;
    const int fitting = tiling.together(mask_blocks);
    const int together = fitting < most_passes ? fitting : most_passes;
    const i64 rounds = divide_up(call.samples, together);
    const i64 parts = tiles < enough_blocks ? enough_blocks / tiles : 1;
    const i64 share = divide_up(rounds, parts) * together;
    const Body body{static_cast<const T*>(call.x),
                    static_cast<T*>(call.out),
                    element_count(call.layout),
                    call.samples,
                    tiling,
                    MaskRule(call.rule),
                    static_cast<ComputeOf<T>>(inverse_keep(call.rule.threshold)),
                    together,
                    tiles,
                    share};
    for_each_tile(call.kernel, tiles * divide_up(call.samples, share), body, stream);
}

}  // namespace

void dropout_out_of_order(const DropoutCall& call, Stream stream) {
    with_scalar(call.dtype, [&]<class T>(T) {
        constexpr int width = pack_width<T>;
        const i64 channels = call.layout.pixel_major ? call.layout.channels : width;
        const i64 between = call.samples == 1 ? width : element_count(call.layout);
        if (aligned(call.x, call.out) && channels % width == 0 && between % width == 0) {
            return launch<T, width>(call, stream);
        }
        launch<T, 1>(call, stream);
    });
}

void mc_dropout(const void* x, void* out, DType dtype, const Layout& layout,
                Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                Stream stream) {
    dropout_passes({"mc_dropout", x, out, dtype, layout, granularity, samples, first_element, rule},
                   stream);
}

}  // namespace frontiers::cuda
